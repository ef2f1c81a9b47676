import type { LedgerVolume, Plan } from '../../host/core/documents.ts';
import { RawCore } from '../support/raw-core.ts';

const LEDGER_ROWS_MAX = 4096;
const FINDINGS_MAX = 256;
let core: RawCore;

beforeAll(async () => {
  core = await RawCore.load();
});

const cleanup = (ledger: unknown): Plan & { findingsLeftOut?: number } =>
  JSON.parse(core.call('cleanup', JSON.stringify({ container: 'c', ledger })));

function volumes(count: number): LedgerVolume[] {
  return Array.from({ length: count }, (_, index) => ({
    ...{ driver: 'rexray', name: `v${index}`, options: [], mountpoint: `/mnt/${index}` },
    ...{ mount: null, state: 'mounted', transport: { kind: 'plugin' }, users: 0 },
  }));
}

const directories = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ path: `/tmp/${index}`, users: 0 }));

test('as many volume rows as there may be are planned for, one by one', () => {
  const { verdict, steps } = cleanup({ volumes: volumes(LEDGER_ROWS_MAX) });
  expect(verdict).toBe('allow');
  expect(steps.filter(({ action }) => action === 'unmountVolume').length).toBe(LEDGER_ROWS_MAX);
});

test('as many directory rows as there may be are planned for, one by one', () => {
  const { verdict, steps } = cleanup({ directories: directories(LEDGER_ROWS_MAX) });
  expect(verdict).toBe('allow');
  expect(steps.filter(({ action }) => action === 'removeDirectory').length).toBe(LEDGER_ROWS_MAX);
});

test.each([
  ['volumes', { volumes: volumes(LEDGER_ROWS_MAX + 1) }],
  ['directories', { directories: directories(LEDGER_ROWS_MAX + 1) }],
])('one row of %s past the limit is refused, where it stands', (list, ledger) => {
  const { verdict, steps, findings } = cleanup(ledger);
  expect({ verdict, steps }).toEqual({ verdict: 'deny', steps: [] });
  const pointer = `/ledger/${list}/${LEDGER_ROWS_MAX}`;
  expect(findings).toMatchObject([{ code: 'request-invalid', message: 'expected at most 4096 rows', pointer }]);
});

test.each(['volumes', 'directories'])('of more bad rows of %s than an answer holds, the first are told', (list) => {
  const { verdict, findings } = cleanup({ [list]: new Array(FINDINGS_MAX + 10).fill(null) });
  expect(verdict).toBe('deny');
  expect(findings.map(({ pointer }) => pointer)).toEqual(
    Array.from({ length: FINDINGS_MAX }, (_, index) => `/ledger/${list}/${index}`),
  );
});

test('what is wrong with the rows and the request together is told from the first byte on', () => {
  const request = '{"ledger":{"volumes":[{}]},"container":"","kind":14}';
  const { findings } = JSON.parse(core.call('cleanup', request)) as Plan;
  expect(findings.map(({ message, offset }) => [message, offset])).toEqual([
    ['expected container to be an id of 1 to 2048 bytes', null],
    ['expected a volume row as docs/abi/v1.md describes it', request.indexOf('{}')],
    ['expected kind to be the number of a document kind', request.indexOf('14')],
  ]);
});

test('whatever the length of its texts, the plan of a cleanup fits into an answer or is refused', () => {
  const seen = new Set<string>();
  for (let length = 600; length < 840; length += 20) {
    const mount = { path: '/m', id: 999_999, device: '999:9999', boot: 'b' };
    const rows = volumes(LEDGER_ROWS_MAX).map((row) => ({ ...row, mount, mountpoint: `/${'m'.repeat(length)}` }));
    const { verdict, steps, findings } = cleanup({ volumes: rows });
    const message = 'expected a request whose answer has at most 4194304 bytes';
    if (verdict === 'allow') expect(steps.length).toBe(LEDGER_ROWS_MAX + 1);
    else expect({ steps, findings }).toMatchObject({ steps: [], findings: [{ code: 'request-invalid', message }] });
    seen.add(verdict);
  }
  expect(seen).toEqual(new Set(['allow', 'deny']));
});
