import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SqliteLedger } from '../../../host/isolator/ledger/sqlite-ledger.ts';
import { type LedgerChild, startLedgerChild } from '../../support/ledger-child.ts';
import { addPrepared, claimOf, mountedAt, newContainer } from '../../support/ledger-rows.ts';
import { useTemporaryDirectory } from '../../support/temporary-directory.ts';

const PROCESSES = 8;
const DEADLINE_MS = 60_000;

const directory = useTemporaryDirectory();
let children: LedgerChild[] = [];
let ledgers: SqliteLedger[] = [];

afterEach(async () => {
  for (const ledger of ledgers) ledger.close();
  await Promise.all(children.map((child) => child.kill()));
  children = [];
  ledgers = [];
});

function start(job: string, argument = ''): LedgerChild {
  const child = startLedgerChild(directory.path, job, argument);
  children.push(child);
  return child;
}

async function open(options = {}): Promise<SqliteLedger> {
  const ledger = await SqliteLedger.open({ stateDirectory: directory.path }, options);
  ledgers.push(ledger);
  return ledger;
}

test(
  'eight processes count under one hold, and no count is lost',
  async () => {
    const ledger = await open();
    await ledger.change((rows) => addPrepared(rows, 'counter', []));
    await ledger.change((rows) => rows.finish('counter', '0'));
    const counters = Array.from({ length: PROCESSES }, () => start('count', '25'));
    await Promise.all(counters.map((child) => child.answer));
    await Promise.all(counters.map((child) => child.done));
    expect(await ledger.read((rows) => rows.container('counter')?.answer)).toBe(String(PROCESSES * 25));
    expect(readdirSync(join(directory.path, 'holders'))).toEqual([ledger.holder]);
  },
  DEADLINE_MS,
);

test(
  'eight processes claim the same volumes without a hold, and the numbers of users are exact',
  async () => {
    const writers = Array.from({ length: PROCESSES }, () => start('prepare', '40'));
    await Promise.all(writers.map((child) => child.answer));
    await Promise.all(writers.map((child) => child.done));
    const ledger = await open();
    await ledger.read((rows) => {
      expect(rows.containers()).toHaveLength(PROCESSES * 20);
      expect(rows.volumesLike([{ driver: 'rexray', name: 'shared' }], '')[0]?.users).toBe(PROCESSES * 20);
      const others = rows.volumes().filter(({ name }) => name !== 'shared');
      expect(others.reduce((sum, { containers }) => sum + containers.length, 0)).toBe(PROCESSES * 20);
    });
  },
  DEADLINE_MS,
);

test(
  'a name is busy while its holder lives, and free once it was killed and what it left was ended',
  async () => {
    const child = start('hold', 'volume x');
    const { holder } = (await child.answer) as { holder: string };
    const dead: object[] = [];
    const taken: object[] = [];
    const ledger = await open({
      onDeadHold: async (hold: object) => void dead.push(hold),
      onTakeOver: (name: object) => void taken.push(name),
    });
    await expect(ledger.hold('volume x', { timeoutMs: 60 })).rejects.toMatchObject({
      code: 'ledger-busy',
      message: expect.stringMatching(new RegExp(`process ${child.pid} holds it since \\d{4}-\\d\\d-\\d\\dT`)),
    });
    expect(dead).toEqual([]);
    const waiting = ledger.hold('volume x', { timeoutMs: DEADLINE_MS });
    await child.kill();
    await using _hold = await waiting;
    expect(dead).toEqual([{ holder, name: 'volume x' }]);
    expect(taken).toEqual([{ name: 'volume x', holder, pid: child.pid, sinceMs: expect.any(Number) }]);
    expect(readdirSync(join(directory.path, 'holders'))).toEqual([ledger.holder]);
  },
  DEADLINE_MS,
);

test(
  'of many who wait for a killed holder each gets its turn, alone',
  async () => {
    const child = start('hold', 'counter');
    await child.answer;
    const ledger = await open();
    await ledger.change((rows) => addPrepared(rows, 'counter', []));
    await ledger.change((rows) => rows.finish('counter', '0'));
    const counters = Array.from({ length: 4 }, () => start('count', '5'));
    await child.kill();
    await Promise.all(counters.map((counter) => counter.done));
    expect(await ledger.read((rows) => rows.container('counter')?.answer)).toBe('20');
  },
  DEADLINE_MS,
);

test(
  'what a killed process had committed is there, and its ledger is sound',
  async () => {
    const writer = start('hold', 'x');
    await writer.answer;
    const first = await open();
    await first.change((rows) => addPrepared(rows, 'c', ['data']));
    await writer.kill();
    first.close();
    const second = await open();
    expect(second.damage).toBeNull();
    expect(await second.read((rows) => rows.volume({ driver: 'rexray', name: 'data' })?.containers)).toEqual(['c']);
  },
  DEADLINE_MS,
);

test(
  'of processes that find the damage at the same time, one sets the file aside and the others find it mended',
  async () => {
    const ledger = await SqliteLedger.open({ stateDirectory: directory.path });
    const claims = [claimOf('c', 'data')];
    await ledger.change((rows) => {
      rows.intend(newContainer('c'), claims);
      rows.noteVolume({ driver: 'rexray', name: 'data' }, mountedAt('/'));
    });
    ledger.close();
    writeFileSync(join(directory.path, 'ledger.sqlite'), 'this is no database', { flag: 'r+' });
    const openers = Array.from({ length: 4 }, () => start('open'));
    const answers = (await Promise.all(openers.map((child) => child.answer))) as { damage: unknown; volumes: number }[];
    expect(answers.filter(({ damage }) => damage !== null)).toHaveLength(1);
    expect(answers.map(({ volumes }) => volumes)).toEqual([1, 1, 1, 1]);
    expect(readdirSync(directory.path).filter((name) => /damaged-\d{8}T\d{6}Z$/.test(name))).toHaveLength(1);
  },
  DEADLINE_MS,
);

test(
  'processes that open a new ledger at the same time all find the same one',
  async () => {
    const fresh = join(directory.path, 'deep/er');
    mkdirSync(join(directory.path, 'deep'));
    const openers = Array.from({ length: 4 }, () => startLedgerChild(fresh, 'prepare', '4'));
    children.push(...openers);
    await Promise.all(openers.map((child) => child.answer));
    await Promise.all(openers.map((child) => child.done));
    const ledger = await SqliteLedger.open({ stateDirectory: fresh });
    ledgers.push(ledger);
    expect(await ledger.read((rows) => rows.containers().length)).toBe(8);
  },
  DEADLINE_MS,
);
