import { copyFileSync, cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SqliteLedger } from '../../../host/isolator/ledger/sqlite-ledger.ts';
import { bootId } from '../../../host/system/boot-id.ts';
import { parseMountTable } from '../../../host/system/mount-table.ts';
import { addPrepared, claimOf, mountedAt, newContainer, RELEASED } from '../../support/ledger-rows.ts';
import { Random } from '../../support/random.ts';
import { useTemporaryDirectory } from '../../support/temporary-directory.ts';

const VOLUMES = 20;
const CONTAINERS = 120;
const AT_MS = Date.UTC(2026, 10, 24, 0, 15, 0);
const CLOCK = { nowMs: () => AT_MS };

const directory = useTemporaryDirectory();
let stateDirectory = '';
let file = '';

beforeEach(async () => {
  stateDirectory = join(directory.path, 'state');
  file = join(stateDirectory, 'ledger.sqlite');
  const ledger = await SqliteLedger.open({ stateDirectory });
  await ledger.change((rows) => {
    for (let i = 0; i < CONTAINERS; i += 1) {
      const claim = claimOf(`c${i}`, `v${i % VOLUMES}`, `/tmp/p${i}`);
      rows.intend(newContainer(`c${i}`), [claim]);
      rows.noteVolume(claim, mountedAt('/'));
      rows.finish(`c${i}`, JSON.stringify({ filler: 'x'.repeat(200) }));
    }
    rows.noteDirectory('/tmp/p');
    rows.noteImported();
  });
  ledger.close();
});

interface Counts {
  readonly volumes: number;
  readonly containers: number;
  readonly claims: number;
}

const WHOLE: Counts = { volumes: VOLUMES, containers: CONTAINERS, claims: CONTAINERS };

async function open(options = {}): Promise<SqliteLedger> {
  return SqliteLedger.open({ stateDirectory }, { clock: CLOCK, ...options });
}

function count(ledger: SqliteLedger): Promise<Counts> {
  return ledger.read((rows) => {
    const containers = rows.containers();
    const claims = containers.flatMap(({ container }) => rows.claimsOf(container)).length;
    return { volumes: rows.volumes().length, containers: containers.length, claims };
  });
}

/** Opens the ledger, uses it, and says what it had to tell. */
async function openAndUse(): Promise<{ ledger: Counts; isMended: boolean }> {
  const ledger = await open();
  try {
    const counts = await count(ledger);
    await ledger.change((rows) => addPrepared(rows, 'new', ['v1', 'new']));
    await using _hold = await ledger.hold('container new', { timeoutMs: 1_000 });
    expect(await ledger.read((rows) => rows.damages())).toEqual(ledger.damage === null ? [] : [ledger.damage]);
    return { ledger: counts, isMended: ledger.damage !== null };
  } finally {
    ledger.close();
  }
}

function setAside(): string[] {
  return readdirSync(stateDirectory).filter((name) => name.includes('.damaged-'));
}

const RANDOM_ROUNDS = 60;

test.each<[string, (bytes: Buffer, random: Random) => Buffer]>([
  ['with bits flipped', (bytes, random) => flipped(bytes, random, 5)],
  ['with a page overwritten', (bytes, random) => overwritten(bytes, random.below(bytes.length / 4096) * 4096, random)],
  ['cut off', (bytes, random) => bytes.subarray(0, random.below(bytes.length))],
])(
  'a file %s at random places is sound, or is mended with a report and its evidence kept',
  async (_name, damage) => {
    const random = new Random(20261124);
    const bytes = readFileSync(file);
    const outcomes = { sound: 0, mended: 0, volumes: 0 };
    for (let round = 0; round < RANDOM_ROUNDS; round += 1) {
      rmSync(stateDirectory, { recursive: true });
      const ledger = await SqliteLedger.open({ stateDirectory });
      ledger.close();
      const damaged = damage(Buffer.from(bytes), random);
      writeFileSync(file, damaged);
      const { ledger: counts, isMended } = await openAndUse();
      if (isMended) {
        expect(readFileSync(join(stateDirectory, setAside()[0] as string)).equals(damaged)).toBe(true);
        outcomes.mended += 1;
      } else {
        // Nothing may be lost without a word.
        expect(counts).toEqual(WHOLE);
        expect(setAside()).toEqual([]);
        outcomes.sound += 1;
      }
      outcomes.volumes += counts.volumes;
    }
    expect(outcomes.mended).toBeGreaterThan(RANDOM_ROUNDS / 4);
    // Most of what was there is still there: the rebuilding is worth its name.
    expect(outcomes.volumes).toBeGreaterThan(RANDOM_ROUNDS * VOLUMES * 0.5);
  },
  60_000,
);

test.each<[string, (bytes: Buffer) => Buffer, Counts]>([
  ['its header overwritten', (bytes) => bytes.fill(0, 0, 100), WHOLE],
  ['its whole first page overwritten', (bytes) => bytes.fill(0xff, 0, 4096), WHOLE],
  ['nothing in it', () => Buffer.alloc(0), { volumes: 0, containers: 0, claims: 0 }],
  ['text in it', () => Buffer.from('not a database\n'.repeat(1000)), { volumes: 0, containers: 0, claims: 0 }],
])('a file with %s is set aside under a dated name and rebuilt from what is left', async (_name, damage, expected) => {
  writeFileSync(file, damage(readFileSync(file)));
  const ledger = await open();
  expect(await count(ledger)).toEqual(expected);
  expect(ledger.damage).toMatchObject({
    atMs: AT_MS,
    setAside: `${file}.damaged-20261124T001500Z`,
    isComplete: expected === WHOLE,
    rowsLost: 0,
    placeholder: null,
  });
  ledger.close();
  expect(setAside()).toEqual(['ledger.sqlite.damaged-20261124T001500Z']);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const again = await open();
  expect([again.damage, await count(again), await again.read((rows) => rows.damages().length)]).toEqual([
    null,
    expected,
    1,
  ]);
  again.close();
});

test('a second damage in the same second gets a name of its own, and both are told', async () => {
  for (const round of [1, 2]) {
    writeFileSync(file, readFileSync(file).fill(0, 0, 100));
    const ledger = await open();
    expect(await ledger.read((rows) => rows.damages())).toHaveLength(round);
    expect(await count(ledger)).toEqual(WHOLE);
    ledger.close();
  }
  const name = 'ledger.sqlite.damaged-20261124T001500Z';
  expect(setAside().sort()).toEqual([name, `${name}-2`]);
});

test('a ledger without one of its tables is rebuilt, and so is one whose schema was changed', async () => {
  for (const sql of ['DROP TABLE holds', 'DROP TRIGGER claim_made', 'DROP INDEX claims_by_path']) {
    const database = new DatabaseSync(file);
    database.exec(sql);
    database.close();
    const ledger = await open();
    expect([sql, ledger.damage?.reason]).toEqual([sql, expect.stringContaining(sql.split(' ')[2] as string)]);
    ledger.close();
  }
});

test('what was cut off counts as not known, and the volumes that are left are kept from being taken away', async () => {
  // Behind the first pages, which hold the volumes: all of their claims are gone.
  writeFileSync(file, readFileSync(file).subarray(0, 9 * 4096));
  const ledger = await open();
  expect(ledger.damage).toMatchObject({ isComplete: false, placeholder: 'unreadable-claims-20261124T001500Z' });
  const volumes = await ledger.read((rows) => rows.volumes());
  expect(volumes.length).toBeGreaterThan(0);
  expect(volumes.filter(({ containers }) => containers.length === 0)).toEqual([]);
  ledger.close();
});

test('rows that an index still names come back, without what only the table knew', async () => {
  const bytes = readFileSync(file);
  // The page of the table that holds the answers of the first containers.
  const page = bytes.indexOf('hash of c3') & ~4095;
  writeFileSync(file, bytes.fill(0, page, page + 4096));
  const ledger = await open();
  expect(ledger.damage).toMatchObject({ rowsLost: 0, isComplete: false, placeholder: null });
  expect(ledger.damage?.rowsMended).toBeGreaterThan(0);
  expect(await count(ledger)).toEqual(WHOLE);
  expect(await ledger.read((rows) => rows.container('c3'))).toMatchObject({ state: 'prepared', requestHash: null });
  ledger.close();
});

test('a container stands for claims that are lost, so that nobody takes their volumes away', async () => {
  const database = new DatabaseSync(file);
  // As if 30 claims were gone from the table and from its indices, and the rest cannot be read to its end.
  database.exec('PRAGMA foreign_keys = OFF; DROP TRIGGER claim_dropped; DELETE FROM claims WHERE container > 90');
  const root = Number(database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'claims'").get()?.rootpage);
  database.close();
  const bytes = readFileSync(file);
  bytes.writeUInt32BE(0, (root - 1) * 4096 + 8);
  writeFileSync(file, bytes);
  const ledger = await open();
  const placeholder = 'unreadable-claims-20261124T001500Z';
  expect(ledger.damage).toMatchObject({ placeholder, isComplete: false });
  expect(ledger.damage?.rowsLost).toBeGreaterThanOrEqual(30);
  await ledger.read((rows) => {
    expect(rows.container(placeholder)).toMatchObject({ state: 'prepared', process: { pid: 1, boot: bootId() } });
    expect(rows.volumes().every(({ containers }) => containers.length > 0)).toBe(true);
    expect(rows.volumesOf(placeholder).length).toBe(VOLUMES);
  });
  ledger.close();
});

test('volumes whose mount is there stay as they were, others become uncertain', async () => {
  const boot = bootId();
  const mount = { path: '/mnt/there', id: 70, device: '0:40', boot };
  const first = await open();
  await first.change((rows) => {
    const names = ['there', 'gone', 'other', 'before', 'plain', 'missing', 'done'];
    rows.intend(
      newContainer('m'),
      names.map((name) => claimOf('m', name)),
    );
    const note = (name: string, value: object) =>
      rows.noteVolume({ driver: 'rexray', name }, { ...RELEASED, ...value });
    note('there', mountedAt('/mnt/there/data', mount));
    note('gone', mountedAt('/mnt/gone', { ...mount, path: '/mnt/gone', id: 71 }));
    note('other', mountedAt('/mnt/there', { ...mount, device: '0:41' }));
    note('before', mountedAt('/mnt/there', { ...mount, boot: 'another' }));
    note('plain', mountedAt(directory.path));
    note('missing', mountedAt(join(directory.path, 'missing')));
  });
  first.close();
  writeFileSync(file, readFileSync(file).fill(0, 0, 100));
  const table = parseMountTable('70 1 0:40 / /mnt/there rw - ext4 /dev/x rw\n');
  const ledger = await open({ readMounts: async () => table });
  const states = await ledger.read((rows) => rows.volumesOf('m').map(({ name, state }) => [name, state]));
  expect(Object.fromEntries(states)).toEqual({
    there: 'mounted',
    gone: 'uncertain',
    other: 'uncertain',
    before: 'uncertain',
    plain: 'mounted',
    missing: 'uncertain',
    done: 'released',
  });
  ledger.close();
});

describe('with the log of a crash', () => {
  let crashed = '';

  beforeEach(async () => {
    // A copy of a ledger in use is what a crash leaves: the last change is in the log only.
    const ledger = await open();
    await ledger.change((rows) => addPrepared(rows, 'last', ['v1']));
    crashed = join(directory.path, 'crashed');
    cpSync(stateDirectory, crashed, { recursive: true });
    ledger.close();
    stateDirectory = crashed;
    file = join(crashed, 'ledger.sqlite');
  });

  test('the last change is there', async () => {
    expect(statSync(`${file}-wal`).size).toBeGreaterThan(0);
    const ledger = await open();
    expect([ledger.damage, await ledger.read((rows) => rows.container('last')?.state)]).toEqual([null, 'prepared']);
    ledger.close();
  });

  test('a damaged ledger is set aside together with its log, and what the log says is read', async () => {
    const bytes = readFileSync(file);
    const log = readFileSync(`${file}-wal`);
    const page = bytes.indexOf('hash of c3') & ~4095;
    writeFileSync(file, bytes.fill(0, page, page + 4096));
    const ledger = await open();
    expect(await ledger.read((rows) => rows.container('last')?.state)).toBe('prepared');
    const aside = ledger.damage?.setAside ?? '';
    expect(readFileSync(`${aside}-wal`).equals(log)).toBe(true);
    expect(existsSync(`${aside}-shm`)).toBe(true);
    ledger.close();
  });

  test('a log that was taken away is told', async () => {
    rmSync(`${file}-wal`);
    const ledger = await open();
    expect(ledger.damage?.reason).toContain('ledger.sqlite-wal');
    expect(await count(ledger)).toEqual(WHOLE);
    ledger.close();
  });

  test('a database that was taken away from under its log is told', async () => {
    rmSync(file);
    const ledger = await open();
    expect(ledger.damage?.reason).toContain('got only its companions');
    ledger.close();
    expect(setAside()).toContain('ledger.sqlite.damaged-20261124T001500Z-wal');
  });

  test('a log with a torn end counts up to there', async () => {
    const log = readFileSync(`${file}-wal`);
    writeFileSync(`${file}-wal`, log.subarray(0, log.length - 100));
    expect((await openAndUse()).ledger.volumes).toBe(VOLUMES);
  });

  test('a log with flipped bits never makes the ledger worse than it was before it', async () => {
    const log = readFileSync(`${file}-wal`);
    const random = new Random(7);
    for (let round = 0; round < 20; round += 1) {
      const state = join(directory.path, `round-${round}`);
      cpSync(crashed, state, { recursive: true });
      stateDirectory = state;
      writeFileSync(join(state, 'ledger.sqlite-wal'), flipped(Buffer.from(log), random, 3));
      expect((await openAndUse()).ledger.volumes).toBe(VOLUMES);
    }
  });
});

test('a rebuilding that was interrupted before its last step is finished by the next one', async () => {
  writeFileSync(file, readFileSync(file).fill(0, 0, 100));
  const damaged = join(directory.path, 'damaged');
  copyFileSync(file, damaged);
  (await open()).close();
  // Back to the moment right before the files change places.
  copyFileSync(file, join(stateDirectory, 'ledger.sqlite.rebuilt'));
  copyFileSync(damaged, file);
  rmSync(join(stateDirectory, setAside()[0] as string));
  writeFileSync(`${file}-wal`, 'the log of the damaged one');
  const ledger = await open();
  expect([ledger.damage, await count(ledger)]).toEqual([null, WHOLE]);
  expect(await ledger.read((rows) => rows.damages())).toHaveLength(1);
  ledger.close();
  const name = 'ledger.sqlite.damaged-20261124T001500Z';
  expect(setAside().sort()).toEqual([name, `${name}-wal`]);
  expect(readdirSync(stateDirectory)).not.toContain('ledger.sqlite.rebuilt');
});

test('who still has the damaged file open is told, and nothing that he writes counts', async () => {
  const old = await open();
  const bytes = readFileSync(file);
  writeFileSync(file, Buffer.alloc(bytes.length), { flag: 'r+' });
  const ledger = await open();
  const late = old.change((rows) => addPrepared(rows, 'late', ['v1']));
  await expect(late).rejects.toMatchObject({ code: expect.stringMatching(/^ledger-(?:replaced|damaged)$/) });
  await expect(old.read((rows) => rows.hasImported())).rejects.toMatchObject({
    code: expect.stringMatching(/^ledger-(?:replaced|damaged)$/),
  });
  expect(await ledger.read((rows) => rows.container('late'))).toBeNull();
  old.close();
  ledger.close();
});

test('damage that is met while the ledger is open is told, and the next one to open it looks into it', async () => {
  const ledger = await open();
  const rootpages = new DatabaseSync(file, { readOnly: true });
  const root = Number(rootpages.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'claims'").get()?.rootpage);
  rootpages.close();
  const bytes = readFileSync(file);
  bytes.fill(0xee, (root - 1) * 4096, root * 4096);
  writeFileSync(file, bytes, { flag: 'r+' });
  await expect(ledger.read((rows) => rows.claimsOf('c1'))).rejects.toMatchObject({ code: 'ledger-damaged' });
  expect(existsSync(join(stateDirectory, 'ledger.suspect'))).toBe(true);
  ledger.close();
  const next = await open();
  expect(next.damage).not.toBeNull();
  expect(existsSync(join(stateDirectory, 'ledger.suspect'))).toBe(false);
  next.close();
});

function flipped(bytes: Buffer, random: Random, bits: number): Buffer {
  for (let bit = 0; bit < bits; bit += 1) {
    const at = random.below(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
  }
  return bytes;
}

function overwritten(bytes: Buffer, at: number, random: Random): Buffer {
  return bytes.fill(random.below(256), at, at + 4096);
}
