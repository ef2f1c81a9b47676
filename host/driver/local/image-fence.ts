import { mkdir, open, readFile, rename, rmdir, unlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { isAtOrUnder, type MountEntry, readMountTable } from '../../system/mount-table.ts';
import { syncDirectory } from './durable-file.ts';
import { LocalDriverError } from './error.ts';
import { reasonOf } from './failure-reason.ts';
import { shutDownFilesystem } from './filesystem-shutdown.ts';
import { COPY_TIMEOUT_MS, GENTLE_UNMOUNT_TIMEOUT_MS, MOUNT_TIMEOUT_MS, UNMOUNT_TIMEOUT_MS } from './limits.ts';
import { loopDevicesOf, waitForRelease } from './loop-devices.ts';
import { runTool, type ToolPaths } from './tools.ts';
import type { VolumeLock } from './volume-locks.ts';
import type { VolumePlace } from './volume-place.ts';

/**
 * Unmounts an image wherever its mounts lie in the volume's directory, of any agent, unless it is in use: the ordinary
 * unmount, which writes everything back.
 *
 * @returns whether no loop device holds the image any more, in any mount namespace
 */
export async function detachImage(place: VolumePlace, lock: VolumeLock, tools: ToolPaths): Promise<boolean> {
  for (const { mountpoint } of await mountsOf(place)) {
    try {
      await runTool(tools.umount, [mountpoint], {
        purpose: `unmount ${mountpoint}`,
        timeoutMs: GENTLE_UNMOUNT_TIMEOUT_MS,
        fds: [lock.fd],
      });
    } catch (error) {
      if (!(error instanceof LocalDriverError)) throw error;
      return false;
    }
  }
  return (await waitForRelease(place.image, tools)).length === 0;
}

/**
 * Takes an image from whoever holds it, in the mildest way that works; each step leaves a state that the next attempt
 * goes on from, whenever this process is killed.
 *
 * 1. An ordinary unmount. It loses nothing, and works when nobody uses the mount.
 * 2. The filesystem is shut down, then its mounts are detached. From here on nobody can write to it.
 * 3. Where tasks still hold it, in their own namespaces or by open files, its last words could still come: ext4 writes
 *    its superblock with the last unmount (measured: 103 bytes differ after it). So the volume goes on with a copy of
 *    the image, and they keep a deleted file.
 *
 * @returns what was done, for the log
 * @throws {LocalDriverError} `fence-failed`
 */
export async function fenceImage(
  place: VolumePlace,
  scratch: VolumePlace,
  lock: VolumeLock,
  tools: ToolPaths,
): Promise<string> {
  if (await detachImage(place, lock, tools)) return 'unmounted';
  try {
    for (const device of await loopDevicesOf(place.image, tools)) await shutDownDevice(device, place, scratch, tools);
    for (const { mountpoint } of await mountsOf(place)) await detachLazily(mountpoint, lock, tools);
    if ((await waitForRelease(place.image, tools)).length === 0) return 'shut down and unmounted';
    return await replaceByCopy(place, scratch, tools);
  } catch (error) {
    if (error instanceof LocalDriverError && error.code === 'fence-failed') throw error;
    throw new LocalDriverError('fence-failed', `the volume could not be taken from its holder: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

/** The mounts in a volume's directory, the upper ones first. Foreign ones are none of ours. */
async function mountsOf(place: VolumePlace): Promise<MountEntry[]> {
  const { entries } = await readMountTable();
  return entries
    .filter(({ source, mountpoint }) => source.startsWith('/dev/loop') && isAtOrUnder(mountpoint, place.directory))
    .reverse();
}

/** Shuts down what is mounted from a loop device, also when it is mounted in other mount namespaces only. */
async function shutDownDevice(
  device: string,
  place: VolumePlace,
  scratch: VolumePlace,
  tools: ToolPaths,
): Promise<void> {
  const number = await numberOf(device);
  const mount = (await mountsOf(place)).find((entry) => entry.device === number);
  if (number === null) return;
  if (mount !== undefined) {
    await shutDownFilesystem(mount.mountpoint, number, tools);
    return;
  }
  // A device has one filesystem in the kernel: to mount it once more leads to the very one that others hold.
  await mkdir(scratch.mountpoint, { mode: 0o700 });
  try {
    await runTool(tools.mount, ['--options', 'nodev,nosuid', device, scratch.mountpoint], {
      purpose: `reach the filesystem on ${device}`,
      timeoutMs: MOUNT_TIMEOUT_MS,
    });
  } catch (error) {
    await rmdir(scratch.mountpoint);
    if (!(await loopDevicesOf(place.image, tools)).includes(device)) return;
    throw error;
  }
  try {
    await shutDownFilesystem(scratch.mountpoint, number, tools);
  } finally {
    await runTool(tools.umount, [scratch.mountpoint], {
      purpose: `unmount ${scratch.mountpoint}`,
      timeoutMs: UNMOUNT_TIMEOUT_MS,
    });
    await rmdir(scratch.mountpoint);
  }
}

/** The `major:minor` of a block device; null when it is gone. */
async function numberOf(device: string): Promise<string | null> {
  return readFile(`/sys/class/block/${basename(device)}/dev`, 'utf8').then(
    (text) => text.trim(),
    () => null,
  );
}

/** Takes a mount of a filesystem that was shut down out of the tree, though files in it are open. */
async function detachLazily(mountpoint: string, lock: VolumeLock, tools: ToolPaths): Promise<void> {
  await runTool(tools.umount, ['--lazy', mountpoint], {
    purpose: `detach ${mountpoint}`,
    timeoutMs: UNMOUNT_TIMEOUT_MS,
    fds: [lock.fd],
  });
}

/**
 * Puts a copy of the image in its place. What the filesystem that was shut down has in the device's cache is written
 * before, and nothing but its superblock can come after that.
 */
async function replaceByCopy(place: VolumePlace, scratch: VolumePlace, tools: ToolPaths): Promise<string> {
  for (const device of await loopDevicesOf(place.image, tools)) {
    await runTool(tools.blockdev, ['--flushbufs', device], {
      purpose: `write back the cache of ${device}`,
      timeoutMs: UNMOUNT_TIMEOUT_MS,
    });
  }
  await runTool(tools.cp, ['--reflink=auto', '--sparse=always', '--', place.image, scratch.image], {
    purpose: `copy ${place.image}, which tasks of another agent hold`,
    timeoutMs: COPY_TIMEOUT_MS,
  });
  const holders = await loopDevicesOf(place.image, tools);
  if (holders.length === 0) {
    await unlink(scratch.image);
    return 'shut down and unmounted';
  }
  const copy = await open(scratch.image, 'r+');
  try {
    await copy.sync();
  } finally {
    await copy.close();
  }
  await rename(scratch.image, place.image);
  await syncDirectory(place.directory);
  return `shut down and cut off; its tasks hold what is left of it (${holders.join(', ')}) until they end`;
}
