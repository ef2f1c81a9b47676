import type { RecoverPlan, RecoverRequest, RecoverVolume } from '../../host/core/documents.ts';
import { RawCore } from '../support/raw-core.ts';

const ENTRIES_MAX = 32_768;
const LEDGER_ROWS_MAX = 4_096;
const FINDINGS_MAX = 256;
const RESPONSE_SIZE_MAX_BYTES = 4 * 1024 * 1024;
let core: RawCore;

beforeAll(async () => {
  core = await RawCore.load();
});

function recover(fields: Partial<RecoverRequest>, ledger: Partial<RecoverRequest['ledger']> = {}): RecoverPlan {
  const whole = { containers: [], volumes: [], directories: [], ...ledger };
  const request = { boot: 'now', running: [], orphans: [], mounts: [], ledger: whole, ...fields };
  return JSON.parse(core.call('recover', JSON.stringify(request)));
}

const ids = (count: number, prefix = 'c') => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

function volumes(count: number, fields: Partial<RecoverVolume> = {}): RecoverVolume[] {
  return Array.from({ length: count }, (_, index) => ({
    ...{ driver: 'rexray', name: `v${index}`, options: [], mountpoint: `/mnt/${index}`, mount: null },
    ...{ state: 'mounted', transport: { kind: 'plugin' }, containers: [`c${index}`], ...fields },
  }));
}

const refusal = (message: string) => ({ verdict: 'deny', gone: [], volumes: [], steps: [], findings: [{ message }] });
const tooManyEntries = refusal('expected at most 32768 container ids and mounts');
const tooLarge = refusal('expected a request whose answer has at most 4194304 bytes: ask in parts');

test('as many container ids as there may be are forgotten, one by one', () => {
  const plan = recover({}, { containers: ids(ENTRIES_MAX) });
  expect({ verdict: plan.verdict, gone: plan.gone.length, steps: plan.steps.length }).toEqual({
    ...{ verdict: 'allow', gone: ENTRIES_MAX, steps: ENTRIES_MAX },
  });
});

test('ids and mounts count together, wherever they are named', () => {
  const mounts = ids(ENTRIES_MAX - 4, '/').map((path) => ({ path, id: 1, device: '0:1' }));
  const ledger = { containers: ['c'], volumes: volumes(1), directories: [{ path: '/tmp', containers: ['d'] }] };
  expect(recover({ running: ['a'], mounts }, ledger).verdict).toBe('allow');
  expect(recover({ running: ['a'], orphans: ['b'], mounts }, ledger)).toMatchObject(tooManyEntries);
});

test.each([
  ['running', { running: ids(ENTRIES_MAX + 1) }, {}],
  ['orphans', { orphans: ids(ENTRIES_MAX + 1) }, {}],
  ['containers of the ledger', {}, { containers: ids(ENTRIES_MAX + 1) }],
  ['containers of a volume', {}, { volumes: volumes(1, { containers: ids(ENTRIES_MAX + 1) }) }],
  ['containers of a directory', {}, { directories: [{ path: '/a', containers: ids(ENTRIES_MAX + 1) }] }],
])('one id of %s past the limit is refused, once', (_, fields, ledger) => {
  expect(recover(fields, ledger)).toMatchObject(tooManyEntries);
});

test('as many volumes and directories as there may be are planned for', () => {
  const directories = ids(LEDGER_ROWS_MAX, '/tmp/').map((path) => ({ path, containers: ['c0'] }));
  const plan = recover({}, { volumes: volumes(LEDGER_ROWS_MAX), directories });
  expect(plan.verdict).toBe('allow');
  const counts = Map.groupBy(plan.steps, ({ action }) => action);
  expect([...counts].map(([action, steps]) => [action, steps.length])).toEqual([
    ['forget', LEDGER_ROWS_MAX],
    ['unmountVolume', LEDGER_ROWS_MAX],
    ['removeDirectory', LEDGER_ROWS_MAX],
  ]);
});

test.each([
  ['volumes', { volumes: volumes(LEDGER_ROWS_MAX + 1) }],
  ['directories', { directories: ids(LEDGER_ROWS_MAX + 1, '/').map((path) => ({ path, containers: null })) }],
])('one row of %s past the limit is refused', (list, ledger) => {
  expect(recover({}, ledger)).toMatchObject({
    verdict: 'deny',
    steps: [],
    findings: [{ message: 'expected at most 4096 rows', pointer: `/ledger/${list}/${LEDGER_ROWS_MAX}` }],
  });
});

test.each([
  ['running', { running: new Array(FINDINGS_MAX + 9).fill('') }],
  ['mounts', { mounts: new Array(FINDINGS_MAX + 9).fill(null) }],
])('of more mistakes in %s than an answer holds, the first are told', (_, fields) => {
  const { verdict, findings, findingsLeftOut } = recover(fields);
  expect({ verdict, findings: findings.length, findingsLeftOut }).toEqual({
    ...{ verdict: 'deny', findings: FINDINGS_MAX, findingsLeftOut: 1 },
  });
});

describe('an answer that has no room for all is refused as a whole', () => {
  const long = (length: number) => ({ mountpoint: `/${'m'.repeat(length)}` });
  test.each([
    ['volumes with long texts', {}, { volumes: volumes(900, long(4_000)) }],
    ['one row as long as a request', {}, { volumes: volumes(1, long(3_900_000)) }],
    ['containers with long ids', {}, { containers: ids(1_900, 'x'.repeat(2_000)) }],
  ])('%s', (_, fields, ledger) => {
    expect(recover(fields, ledger)).toMatchObject(tooLarge);
  });

  test('whatever the length of its texts, it fits or is refused', () => {
    const seen = new Set<string>();
    for (let length = 200; length < 850; length += 50) {
      const rows = volumes(LEDGER_ROWS_MAX, long(length));
      const plan = recover({}, { volumes: rows });
      const size = Buffer.byteLength(JSON.stringify(plan));
      expect(size).toBeLessThanOrEqual(RESPONSE_SIZE_MAX_BYTES);
      if (plan.verdict === 'deny') expect(plan).toMatchObject(tooLarge);
      else expect(plan.volumes.length).toBe(LEDGER_ROWS_MAX);
      seen.add(plan.verdict);
    }
    expect(seen).toEqual(new Set(['allow', 'deny']));
  });
});

test('a request as large as there may be, of nothing but rows that are judged, ends in an answer', () => {
  const mount = { path: '/mnt', id: 1, device: '0:1', boot: 'now' };
  const mounts = new Array(20_000).fill({ path: '/mnt', id: 1, device: '0:1' });
  const rows = volumes(LEDGER_ROWS_MAX, { mount, containers: ids(2) });
  const plan = recover({ mounts }, { volumes: rows });
  expect(plan.volumes.filter((each) => each.class === 'orphaned').length).toBe(LEDGER_ROWS_MAX);
});
