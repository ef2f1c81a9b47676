import { existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SqliteLedger } from '../../../host/isolator/ledger/sqlite-ledger.ts';
import { run } from '../../../host/system/process.ts';
import { addPrepared, RELEASED } from '../../support/ledger-rows.ts';
import { guardMounts } from '../../support/mount-guard.ts';

const LIMITS = { timeoutMs: 30_000, outputMaxBytes: 65_536 };
const SIZE_BYTES = 4 * 1024 * 1024;

const guard = guardMounts();

describe('on a small filesystem', () => {
  let disk = '';
  let stateDirectory = '';
  let ledger: SqliteLedger | null = null;

  beforeEach(async () => {
    disk = join(guard.directory, 'disk');
    stateDirectory = join(disk, 'state');
    mkdirSync(disk);
    await run('/usr/bin/mount', ['-t', 'tmpfs', '-o', `size=${SIZE_BYTES},mode=0700`, 'tmpfs', disk], LIMITS);
  });
  afterEach(async () => {
    ledger?.close();
    ledger = null;
    await run('/usr/bin/umount', [disk], LIMITS);
  });

  /** Takes all space but the last few bytes of a page. */
  function fill(): void {
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(join(disk, 'filler'), Buffer.alloc(bavail * bsize));
  }

  function makeRoom(): void {
    rmSync(join(disk, 'filler'));
  }

  /** Adds containers until one finds no room; gives how many were added. */
  async function addUntilFull(open: SqliteLedger): Promise<number> {
    for (let added = 0; ; added += 1) {
      try {
        await open.change((rows) => addPrepared(rows, `c${added}`, [`v${added}`, `w${added}`], '/tmp/x'));
      } catch (error) {
        expect(error).toMatchObject({ code: 'ledger-full', advice: expect.stringContaining('free space') });
        return added;
      }
    }
  }

  test('a change without space fails as a whole, what was there is there, and it works again with space', async () => {
    ledger = await SqliteLedger.open({ stateDirectory });
    await ledger.change((rows) => addPrepared(rows, 'first', ['first']));
    fill();
    const added = await addUntilFull(ledger);
    await ledger.read((rows) => {
      expect(rows.containers()).toHaveLength(added + 1);
      expect(rows.volumes()).toHaveLength(2 * added + 1);
      expect(rows.container(`c${added}`)).toBeNull();
    });
    makeRoom();
    await ledger.change((rows) => addPrepared(rows, 'more', ['more']));
    ledger.close();
    ledger = await SqliteLedger.open({ stateDirectory });
    expect([ledger.damage, await ledger.read((rows) => rows.containers().length)]).toEqual([null, added + 2]);
  });

  test('a filesystem smaller than the log that SQLite keeps is used again once it was full', async () => {
    ledger = await SqliteLedger.open({ stateDirectory });
    await run('/usr/bin/mount', ['-o', `remount,size=${1024 * 1024}`, disk], LIMITS);
    const added = await addUntilFull(ledger);
    for (let round = 0; round < 2; round += 1) {
      await ledger.change((rows) => {
        for (const { container } of rows.containers()) rows.forget(container);
        for (const { driver, name } of rows.volumes()) {
          rows.noteVolume({ driver, name }, RELEASED);
        }
      });
      expect(await ledger.read((rows) => rows.containers())).toEqual([]);
      expect(await addUntilFull(ledger)).toBeGreaterThan(added / 2);
    }
  });

  test('a hold that cannot be given back for want of space is given back when there is some', async () => {
    ledger = await SqliteLedger.open({ stateDirectory });
    const other = await SqliteLedger.open({ stateDirectory });
    try {
      const hold = await ledger.hold('x', { timeoutMs: 1_000 });
      fill();
      await addUntilFull(ledger);
      await hold[Symbol.asyncDispose]();
      // The same ledger need not wait for the row to go.
      makeRoom();
      await using _hold = await other.hold('x', { timeoutMs: 10_000 });
    } finally {
      other.close();
    }
  });

  test('a new ledger without space is refused by name, and made when there is some', async () => {
    mkdirSync(stateDirectory, { mode: 0o700 });
    fill();
    await expect(SqliteLedger.open({ stateDirectory })).rejects.toMatchObject({ code: 'ledger-full' });
    expect(existsSync(join(stateDirectory, 'ledger.sqlite'))).toBe(false);
    makeRoom();
    ledger = await SqliteLedger.open({ stateDirectory });
    expect(ledger.damage).toBeNull();
  });

  test('a damaged ledger without space for its rebuilding is left alone until there is some', async () => {
    ledger = await SqliteLedger.open({ stateDirectory });
    await ledger.change((rows) => addPrepared(rows, 'c', ['v']));
    ledger.close();
    writeFileSync(join(stateDirectory, 'ledger.sqlite'), Buffer.alloc(100), { flag: 'r+' });
    fill();
    await expect(SqliteLedger.open({ stateDirectory })).rejects.toMatchObject({ code: 'ledger-full' });
    makeRoom();
    ledger = await SqliteLedger.open({ stateDirectory });
    expect(ledger.damage).toMatchObject({ isComplete: true, rowsLost: 0 });
    expect(await ledger.read((rows) => rows.container('c')?.state)).toBe('prepared');
  });

  test('a filesystem that becomes read-only is named, and so is one that is from the start', async () => {
    ledger = await SqliteLedger.open({ stateDirectory });
    ledger.close();
    await run('/usr/bin/mount', ['-o', 'remount,ro', disk], LIMITS);
    await expect(SqliteLedger.open({ stateDirectory })).rejects.toMatchObject({ code: 'ledger-read-only' });
    const fresh = join(disk, 'fresh');
    await expect(SqliteLedger.open({ stateDirectory: fresh })).rejects.toMatchObject({ code: 'ledger-read-only' });
  });
});
