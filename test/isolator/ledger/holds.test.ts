import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { SqliteLedger } from '../../../host/isolator/ledger/sqlite-ledger.ts';
import { useTemporaryDirectory } from '../../support/temporary-directory.ts';

const PATIENT = { timeoutMs: 10_000 };

const directory = useTemporaryDirectory();
let ledgers: SqliteLedger[] = [];
afterEach(() => {
  for (const ledger of ledgers) ledger.close();
  ledgers = [];
});

async function open(place: 'file' | 'memory', options = {}): Promise<SqliteLedger> {
  const where = place === 'memory' ? ({ memory: true } as const) : { stateDirectory: directory.path };
  const ledger = await SqliteLedger.open(where, options);
  ledgers.push(ledger);
  return ledger;
}

async function noteTurn(ledger: SqliteLedger, order: string[], who: string): Promise<void> {
  await using _hold = await ledger.hold('x', PATIENT);
  order.push(`${who} in`);
  await ledger.read((rows) => rows.containers());
  order.push(`${who} out`);
}

describe.each(['file', 'memory'] as const)('holds of a ledger in %s', (place) => {
  test('are given in the order in which they were asked for, one at a time', async () => {
    const ledger = await open(place);
    const order: string[] = [];
    await Promise.all(['a', 'b', 'c'].map((who) => noteTurn(ledger, order, who)));
    expect(order).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
  });

  test('of different names do not wait for each other', async () => {
    const ledger = await open(place);
    await using _one = await ledger.hold('one', PATIENT);
    await using _two = await ledger.hold('two', { timeoutMs: 50 });
  });

  test('are given up when the time is over, naming who has it, or when the caller says so', async () => {
    const ledger = await open(place, { clock: { nowMs: () => 0 } });
    {
      await using _hold = await ledger.hold('x', PATIENT);
      await expect(ledger.hold('x', { timeoutMs: 20 })).rejects.toMatchObject({ code: 'ledger-busy' });
      if (place === 'file') {
        await expect(ledger.hold('x', { timeoutMs: 20 })).rejects.toThrow(
          `process ${process.pid} holds it since 1970-01-01T00:00:00.000Z`,
        );
      }
      const reason = new Error('enough');
      const controller = new AbortController();
      const waiting = ledger.hold('x', { ...PATIENT, signal: controller.signal });
      controller.abort(reason);
      await expect(waiting).rejects.toBe(reason);
    }
    await using _again = await ledger.hold('x', { timeoutMs: 1_000 });
  });
});

test('two ledgers in one process exclude each other', async () => {
  const [one, other] = [await open('file'), await open('file')];
  const order: string[] = [];
  await Promise.all([one, other, one, other].map((ledger, who) => noteTurn(ledger, order, String(who))));
  for (let at = 0; at < order.length; at += 2) expect(order[at + 1]).toBe(order[at]?.replace('in', 'out'));
  expect(order).toHaveLength(8);
});

test('waiting for another ledger ends when the caller says so', async () => {
  const [one, other] = [await open('file'), await open('file')];
  await using _hold = await one.hold('x', PATIENT);
  const signal = AbortSignal.timeout(30);
  await expect(other.hold('x', { ...PATIENT, signal })).rejects.toMatchObject({ name: 'TimeoutError' });
});

test('a ledger that is closed holds nothing any more', async () => {
  const [one, other] = [await open('file'), await open('file')];
  const hold = await one.hold('x', PATIENT);
  one.close();
  await using _hold = await other.hold('x', { timeoutMs: 1_000 });
  await hold[Symbol.asyncDispose]();
  expect(readdirSync(join(directory.path, 'holders'))).toEqual([other.holder]);
});

test('what a dead holder left is ended before its name is given away; when that fails, the name stays', async () => {
  const one = await open('file');
  await one.hold('x', PATIENT);
  one.close();
  const refusing = await open('file', { onDeadHold: () => Promise.reject(new Error('it does not die')) });
  await expect(refusing.hold('x', PATIENT)).rejects.toThrow('it does not die');
  const dead: object[] = [];
  const other = await open('file', { onDeadHold: async (hold: object) => void dead.push(hold) });
  await using _hold = await other.hold('x', PATIENT);
  expect(dead).toEqual([{ holder: one.holder, name: 'x' }]);
});
