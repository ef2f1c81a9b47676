import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAtOrUnder, type MountEntry, readMountTable } from '../../host/system/mount-table.ts';
import { run } from '../../host/system/process.ts';
import { waitFor } from './wait-for.ts';

const LIMITS = { timeoutMs: 30_000, outputMaxBytes: 65_536 };

const NEEDS_NAMESPACE = 'mount tests need a private mount namespace: npm run jest:mounts -- <file>';

export interface MountGuard {
  /**
   * A fresh directory of the running test, removed after it. Everything that is mounted or attached belongs under it.
   */
  readonly directory: string;
}

/**
 * Call it once at the top of a `.mount.test.ts` file (or of a `describe`). It refuses to run in the machine's own mount
 * namespace and asserts after each test that the mount table is as it was, that no loop device has a backing file under
 * the test's directory, and that no O_PATH fd was left open. Hooks of the test file that mount or unmount belong into a
 * `describe` of their own: hooks of an inner block are over before it looks. What a failed test leaves is taken away,
 * so that the next one starts clean.
 */
export function guardMounts(): MountGuard {
  const guard = { directory: '' };
  let tableBefore: string[] = [];
  let handlesBefore: string[] = [];
  beforeEach(async () => {
    if (!hasPrivateNamespace()) throw new Error(NEEDS_NAMESPACE);
    guard.directory = await mkdtemp(join(tmpdir(), 'dvdi-mount-'));
    tableBefore = await mountLines();
    handlesBefore = openPathHandles();
  });
  afterEach(async () => {
    if (guard.directory === '') return;
    const tableAfter = await mountLines();
    const loops = await remainingLoops(guard.directory);
    const handlesAfter = openPathHandles();
    await takeAway(guard.directory, loops);
    await rm(guard.directory, { recursive: true });
    expect({ mounts: tableAfter, loopDevices: loops, handles: handlesAfter }).toEqual({
      mounts: tableBefore,
      loopDevices: [],
      handles: handlesBefore,
    });
  });
  return guard;
}

/** The mount table of this process, one text a mount, without the ids that change on every mount. */
export async function mountLines(): Promise<string[]> {
  return (await readMountTable()).entries.map(lineOf);
}

/** The loop devices whose backing file is (or was) under a directory, for example `/dev/loop3`. */
export function loopDevicesUnder(directory: string): string[] {
  return readdirSync('/sys/block')
    .filter((name) => name.startsWith('loop') && isAtOrUnder(backingFile(name), directory))
    .map((name) => `/dev/${name}`)
    .sort();
}

function lineOf(entry: MountEntry): string {
  const { shared, master, unbindable } = entry.propagation;
  const kind = [shared === null ? '' : 'shared', master === null ? '' : 'slave', unbindable ? 'unbindable' : ''];
  return [
    entry.mountpoint,
    entry.root,
    entry.device,
    entry.filesystem,
    entry.source,
    entry.options.join(','),
    ...kind,
  ].join(' ');
}

/** Empty when the device is not in use; a deleted file has ` (deleted)` after its path. */
function backingFile(device: string): string {
  try {
    return readFileSync(`/sys/block/${device}/loop/backing_file`, 'utf8').trim();
  } catch {
    return '';
  }
}

/** Whether some ancestor of this process lives in another mount namespace; those that we may not ask do not count. */
function hasPrivateNamespace(): boolean {
  const own = readlinkSync('/proc/self/ns/mnt');
  for (let pid = process.ppid; pid > 0; pid = parentOf(pid)) {
    if (![own, null].includes(namespaceOf(pid))) return true;
  }
  return false;
}

function namespaceOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/mnt`);
  } catch {
    return null;
  }
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
}

/** What each O_PATH fd of this process points at. */
function openPathHandles(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const flags = /^flags:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1];
      return (Number.parseInt(flags ?? '0', 8) & 0o10000000) === 0 ? [] : [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return [];
    }
  });
}

/** The kernel lets go of a loop device a moment after its last mount is gone. */
async function remainingLoops(directory: string): Promise<string[]> {
  const none = waitFor(
    'loop devices to go',
    () => (loopDevicesUnder(directory).length === 0 ? true : undefined),
    3_000,
  );
  await none.catch(() => undefined);
  return loopDevicesUnder(directory);
}

async function takeAway(directory: string, loops: readonly string[]): Promise<void> {
  const left = (await readMountTable()).entries.filter((entry) => isAtOrUnder(entry.mountpoint, directory));
  for (const entry of left.reverse()) await run('/usr/bin/umount', ['--lazy', entry.mountpoint], LIMITS);
  for (const device of loops) await run('/usr/sbin/losetup', ['--detach', device], LIMITS);
}
