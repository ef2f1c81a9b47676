import { type CoreExports, readResult, writeRequest } from '../../host/core/instance.ts';
import { loadCounting } from '../support/coverage/collect.ts';
import { type PlanCase, readPlanCases } from '../support/plan-case.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });
const prepareCases = await readPlanCases('prepare');
const cleanupCases = await readPlanCases('cleanup');
let core: CoreExports;

beforeAll(async () => {
  core = (await loadCounting('dvdi.coverage')) as unknown as CoreExports;
});

/** A call of the core as any host makes it: bytes in, JSON out. */
function call(name: 'configure' | PlanCase['call'], bytes: Uint8Array): Record<string, unknown> {
  const pointer = writeRequest(core, [bytes]);
  if (pointer === null) throw new RangeError(`no room for ${bytes.byteLength} bytes`);
  return JSON.parse(decoder.decode(readResult(core, core[name](pointer, bytes.byteLength))));
}

function decide({ call: name, policy, request }: PlanCase): Record<string, unknown> {
  const configuration = call('configure', policy ?? new Uint8Array());
  expect(configuration).toEqual({ abi: '1.0', verdict: 'allow', findings: [] });
  return call(name, request);
}

test.each(prepareCases)('prepare: $name', (each) => {
  expect(decide(each)).toEqual(each.expected);
});

test.each(cleanupCases)('cleanup: $name', (each) => {
  expect(decide(each)).toEqual(each.expected);
});

test('there are cases of both calls', () => {
  expect(prepareCases.length).toBeGreaterThan(100);
  expect(cleanupCases.length).toBeGreaterThan(20);
});
