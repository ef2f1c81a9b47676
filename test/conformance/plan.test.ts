import { type PlanCase, readPlanCases } from '../support/plan-case.ts';
import { RawCore } from '../support/raw-core.ts';

const prepareCases = await readPlanCases('prepare');
const cleanupCases = await readPlanCases('cleanup');
let core: RawCore;

beforeAll(async () => {
  core = await RawCore.load();
});

function decide({ call, policy, request }: PlanCase): unknown {
  const configuration = JSON.parse(core.call('configure', policy ?? ''));
  expect(configuration).toEqual({ abi: '1.2', verdict: 'allow', findings: [] });
  return JSON.parse(core.call(call, request));
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
