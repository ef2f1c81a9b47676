import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Isolator } from '../../host/isolator/isolator.ts';
import { run } from '../../host/system/process.ts';
import { app } from '../support/app.ts';
import { contentsOf } from '../support/ledger-world.ts';
import { guardMounts, mountLines } from '../support/mount-guard.ts';
import { createTmpfsDriver, type Faults } from '../support/tmpfs-driver.ts';

const LIMITS = { timeoutMs: 30_000, outputMaxBytes: 65_536 };
/** The log of the ledger alone takes 4 MiB before SQLite begins it anew. */
const SIZE_BYTES = 16 * 1024 * 1024;

const guard = guardMounts();

describe('a ledger on a full disk', () => {
  let disk = '';
  let fillers = 0;
  beforeEach(async () => {
    disk = join(guard.directory, 'disk');
    await mkdir(disk);
    await run('/usr/bin/mount', ['-t', 'tmpfs', '-o', `size=${SIZE_BYTES},mode=0700`, 'tmpfs', disk], LIMITS);
  });
  afterEach(() => run('/usr/bin/umount', [disk], LIMITS));

  /** Leaves no byte, so that the log of the ledger finds no room for another page. */
  function fill(): void {
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(join(disk, `filler-${fillers++}`), Buffer.alloc(bavail * bsize));
  }

  async function makeRoom(): Promise<void> {
    for (const name of await readdir(disk)) if (name.startsWith('filler-')) rmSync(join(disk, name));
  }

  async function open(faults: Faults = {}) {
    const volumes = join(guard.directory, 'volumes');
    await mkdir(volumes, { recursive: true });
    const driver = createTmpfsDriver(volumes, faults);
    const isolator = await Isolator.create({
      policy: { transport: 'plugin', sharing: 'allow' },
      stateDirectory: join(disk, 'state'),
      drivers: { plugin: driver },
    });
    return { driver, isolator };
  }

  /** Prepares containers until one finds no room. */
  async function prepareUntilFull(isolator: Isolator): Promise<{ container: string; error: unknown }> {
    for (let count = 0; ; count += 1) {
      const container = `c${count}`;
      try {
        await isolator.prepare(container, app([{ name: 'shared' }, { name: `own-${count}` }]));
      } catch (error) {
        return { container, error };
      }
    }
  }

  test('fails what it cannot note, leaves others alone, and goes on when there is room', async () => {
    const before = await mountLines();
    const { driver, isolator } = await open();
    await isolator.prepare('other', app([{ name: 'shared' }]));
    fill();
    const { container, error } = await prepareUntilFull(isolator);
    expect(JSON.stringify(codesOf(error))).toContain('ledger-full');
    expect(driver.calls).not.toContain('unmount shared');
    // The ledger has emptied its log, which left some space.
    fill();
    await expect(isolator.cleanup('other')).rejects.toThrow('expected space for the change');
    expect(driver.calls).not.toContain('unmount shared');
    await makeRoom();
    await isolator.cleanup(container);
    await isolator.recover({ running: ['other'], orphans: [] });
    expect(driver.calls).not.toContain('unmount shared');
    expect((await mountLines()).length).toBe(before.length + 1);
    await isolator.recover({ running: [], orphans: [] });
    await isolator.close();
    expect(await mountLines()).toEqual(before);
    expect(await contentsOf(join(disk, 'state'))).toEqual([]);
  });

  test('that fills up while a driver mounts or unmounts loses no mount', async () => {
    const before = await mountLines();
    const { driver, isolator } = await open({
      afterMount: async () => {
        fill();
        return undefined;
      },
      beforeUnmount: async () => fill(),
    });
    const documents = Array.from({ length: 6 }, (_, index) => app([{ name: `v${index}` }]));
    const failures: unknown[] = [];
    for (const [index, document] of documents.entries()) {
      await makeRoom();
      await isolator.prepare(`c${index}`, document).catch((error: unknown) => failures.push(error));
    }
    for (const index of documents.keys()) {
      await makeRoom();
      await isolator.cleanup(`c${index}`).catch((error: unknown) => failures.push(error));
    }
    expect(failures.length).toBeGreaterThan(0);
    expect(driver.calls.length).toBeGreaterThan(documents.length);
    await isolator.close();
    await makeRoom();
    // As after a restart, with a driver that leaves the disk alone.
    const next = await open();
    const { failures: left } = await next.isolator.recover({ running: [], orphans: [] });
    await next.isolator.close();
    expect(left).toEqual([]);
    expect(await mountLines()).toEqual(before);
    expect(await contentsOf(join(disk, 'state'))).toEqual([]);
  }, 60_000);
});

/** The codes of an error and of all that caused it. */
function codesOf(error: unknown): unknown[] {
  if (typeof error !== 'object' || error === null) return [];
  const { code, cause, failures } = error as { code?: unknown; cause?: unknown; failures?: unknown[] };
  return [code, ...codesOf(cause), ...(failures ?? []).flatMap(codesOf)];
}
