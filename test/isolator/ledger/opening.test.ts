import { chmodSync, chownSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MIGRATIONS, migrate, schemaVersionOf } from '../../../host/isolator/ledger/migrations.ts';
import { APPLICATION_ID, SCHEMA_VERSION } from '../../../host/isolator/ledger/schema.ts';
import { SqliteLedger } from '../../../host/isolator/ledger/sqlite-ledger.ts';
import { addPrepared } from '../../support/ledger-rows.ts';
import { useTemporaryDirectory } from '../../support/temporary-directory.ts';

const directory = useTemporaryDirectory();

async function openAndClose(stateDirectory = directory.path): Promise<void> {
  (await SqliteLedger.open({ stateDirectory })).close();
}

function withDatabase<Result>(work: (database: DatabaseSync) => Result): Result {
  const database = new DatabaseSync(join(directory.path, 'ledger.sqlite'));
  try {
    return work(database);
  } finally {
    database.close();
  }
}

test('makes the state directory for its owner alone, and every file in it too', async () => {
  const stateDirectory = join(directory.path, 'a/b');
  const ledger = await SqliteLedger.open({ stateDirectory });
  await ledger.change((rows) => addPrepared(rows, 'c', ['v']));
  const modes = readdirSync(stateDirectory, { recursive: true, encoding: 'utf8' }).map((name) => {
    const found = statSync(join(stateDirectory, name));
    return [name, found.isDirectory() ? found.mode & 0o077 : found.mode & 0o777];
  });
  expect(statSync(stateDirectory).mode & 0o777).toBe(0o700);
  expect(Object.fromEntries(modes)).toEqual({
    holders: 0,
    [`holders/${ledger.holder}`]: 0o600,
    'ledger.sqlite': 0o600,
    'ledger.sqlite-shm': 0o600,
    'ledger.sqlite-wal': 0o600,
    'opening.lock': 0o600,
  });
  ledger.close();
  expect(readdirSync(stateDirectory).sort()).toEqual(['holders', 'ledger.sqlite', 'opening.lock']);
});

test('keeps what was committed from one opening to the next', async () => {
  const first = await SqliteLedger.open({ stateDirectory: directory.path });
  await first.change((rows) => addPrepared(rows, 'c', ['v']));
  first.close();
  const second = await SqliteLedger.open({ stateDirectory: directory.path });
  expect(await second.read((rows) => rows.containers().map(({ container }) => container))).toEqual(['c']);
  expect(second.holder).not.toBe(first.holder);
  second.close();
});

test('writes with the durability that an intent needs, and signs the file', async () => {
  await openAndClose();
  withDatabase((database) => {
    expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(database.prepare('PRAGMA application_id').get()).toEqual({ application_id: APPLICATION_ID });
    expect(schemaVersionOf(database)).toBe(SCHEMA_VERSION);
  });
});

test.each([
  ['a relative path', 'state', 'an absolute path'],
  ['a file', '/proc/version', 'expected a directory, got something else'],
])('refuses %s as its state directory', async (_name, stateDirectory, message) => {
  await expect(openAndClose(stateDirectory)).rejects.toMatchObject({
    code: 'ledger-unsafe',
    message: expect.stringContaining(message),
  });
});

test('refuses a state directory that others can write to, or that belongs to somebody else', async () => {
  for (const mode of [0o777, 0o1777, 0o770]) {
    chmodSync(directory.path, mode);
    await expect(openAndClose()).rejects.toMatchObject({
      code: 'ledger-unsafe',
      message: expect.stringContaining(`got mode ${mode.toString(8).padStart(4, '0')}`),
    });
  }
  chmodSync(directory.path, 0o755);
  await openAndClose();
  if (process.geteuid?.() === 0) {
    chownSync(directory.path, 12345, 12345);
    await expect(openAndClose()).rejects.toMatchObject({ code: 'ledger-unsafe' });
  }
  expect(readdirSync(directory.path)).toContain('ledger.sqlite');
});

test('refuses a newer ledger, and leaves it as it is', async () => {
  await openAndClose();
  withDatabase((database) => database.exec(`DROP TABLE holds; PRAGMA user_version = ${SCHEMA_VERSION + 1}`));
  await expect(openAndClose()).rejects.toMatchObject({
    code: 'ledger-newer',
    message: expect.stringContaining(`version ${SCHEMA_VERSION} or older, got version ${SCHEMA_VERSION + 1}`),
    advice: expect.stringContaining('nothing was changed'),
  });
  withDatabase((database) => expect(schemaVersionOf(database)).toBe(SCHEMA_VERSION + 1));
});

test('refuses the database of another program, and leaves it as it is', async () => {
  withDatabase((database) => database.exec('CREATE TABLE songs (title TEXT)'));
  await expect(openAndClose()).rejects.toMatchObject({ code: 'ledger-foreign' });
  withDatabase((database) =>
    expect(database.prepare('SELECT count(*) AS songs FROM songs').get()).toEqual({ songs: 0 }),
  );
});

test('says what stands in the way of its files', async () => {
  mkdirSync(join(directory.path, 'ledger.sqlite'));
  await expect(openAndClose()).rejects.toMatchObject({ code: 'ledger-failed' });
  const other = join(directory.path, 'other');
  mkdirSync(other, { mode: 0o700 });
  writeFileSync(join(other, 'holders'), '');
  await expect(openAndClose(other)).rejects.toMatchObject({ code: 'ledger-unsafe' });
});

test('takes away the files of dead holders, and nothing else', async () => {
  await openAndClose();
  const dead = join(directory.path, 'holders/00000000-0000-4000-8000-000000000000');
  writeFileSync(dead, '');
  writeFileSync(join(directory.path, 'holders/note'), '');
  const alive = await SqliteLedger.open({ stateDirectory: directory.path });
  const ledger = await SqliteLedger.open({ stateDirectory: directory.path });
  expect(readdirSync(join(directory.path, 'holders')).sort()).toEqual([alive.holder, ledger.holder, 'note'].sort());
  alive.close();
  ledger.close();
});

describe('migrations', () => {
  const next = [...MIGRATIONS, (database: DatabaseSync) => database.exec('ALTER TABLE holds ADD COLUMN why TEXT')];

  test('bring an older ledger to the newest version, and keep its rows', async () => {
    await openAndClose();
    withDatabase((database) => {
      database.exec("INSERT INTO holds VALUES ('x', 'h', 1, 2)");
      expect(migrate(database, 'it', next)).toBe(1);
      expect(schemaVersionOf(database)).toBe(2);
      expect(database.prepare('SELECT * FROM holds').all()).toMatchObject([{ name: 'x', why: null }]);
      expect(migrate(database, 'it', next)).toBe(2);
      expect(() => migrate(database, 'it')).toThrow(expect.objectContaining({ code: 'ledger-newer' }));
    });
  });

  test('happen as a whole or not at all', async () => {
    await openAndClose();
    const failing = [
      ...next,
      () => {
        throw new Error('it broke');
      },
    ];
    withDatabase((database) => {
      expect(() => migrate(database, 'it', failing)).toThrow('it broke');
      expect(schemaVersionOf(database)).toBe(1);
      expect(database.prepare('PRAGMA table_info(holds)').all()).toHaveLength(4);
    });
  });
});
