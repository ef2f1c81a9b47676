import { mkdir, readFile } from 'node:fs/promises';
import { Isolator } from '../../host/isolator/isolator.ts';
import { readMountTable } from '../../host/system/mount-table.ts';
import { run } from '../../host/system/process.ts';
import { app } from '../support/app.ts';
import { guardMounts } from '../support/mount-guard.ts';
import { createTmpfsDriver } from '../support/tmpfs-driver.ts';

const LIMITS = { timeoutMs: 60_000, outputMaxBytes: 65_536 };

/** Each doubles what is mounted: 4,096 in the end. */
const DOUBLINGS = 12;

const guard = guardMounts();

function under(path: string): string {
  return `${guard.directory}${path}`;
}

/** Mounts a tree into itself again and again, so that a dozen calls make thousands of mounts. */
async function withManyMounts(act: () => Promise<void>): Promise<void> {
  const top = under('/many');
  await mkdir(top);
  await run('/usr/bin/mount', ['-t', 'tmpfs', 'none', top], LIMITS);
  try {
    for (let round = 0; round < DOUBLINGS; round += 1) {
      await mkdir(`${top}/${round}`);
      await run('/usr/bin/mount', ['--rbind', top, `${top}/${round}`], LIMITS);
    }
    await act();
  } finally {
    await run('/usr/bin/umount', ['--lazy', top], LIMITS);
  }
}

/** How many bytes this process, and the children that it has reaped, read meanwhile: proc_pid_io(5). */
async function bytesReadBy(act: () => Promise<unknown>): Promise<number> {
  const before = await bytesRead();
  await act();
  return (await bytesRead()) - before;
}

async function bytesRead(): Promise<number> {
  return Number(/^rchar: (\d+)$/m.exec(await readFile('/proc/self/io', 'utf8'))?.[1]);
}

// The original looks through all live mounts for every volume.
test('prepare on a mounted volume, and the cleanup after it, read no mount table, however long it is', async () => {
  await mkdir(under('/volumes'));
  const plugin = createTmpfsDriver(under('/volumes'));
  const isolator = await Isolator.create({
    policy: { transport: 'plugin', sharing: 'allow' },
    drivers: { plugin },
  });
  const document = app([{ name: 'one' }, { name: 'two', path: under('/in/it') }]);
  await isolator.prepare('first', document);
  // What is loaded when it is used for the first time is none of this test's business.
  await isolator.prepare('warm-up', document);
  await isolator.cleanup('warm-up');
  await withManyMounts(async () => {
    const tableBytes = (await readFile('/proc/self/mountinfo')).length;
    expect((await readMountTable()).entries.length).toBeGreaterThan(2 ** DOUBLINGS);
    expect(await bytesReadBy(readMountTable)).toBeGreaterThanOrEqual(tableBytes);
    expect(await bytesReadBy(() => isolator.prepare('second', document))).toBeLessThan(tableBytes / 4);
    expect(await bytesReadBy(() => isolator.cleanup('second'))).toBeLessThan(tableBytes / 4);
  });
  expect(plugin.calls.toSorted()).toEqual(['mount one', 'mount two']);
  await isolator.cleanup('first');
}, 60_000);
