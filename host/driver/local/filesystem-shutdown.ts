import { constants, lstat, open } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../system/directory-error.ts';
import { mountIdOf, readMountTable } from '../../system/mount-table.ts';
import { LocalDriverError } from './error.ts';
import { QUERY_TIMEOUT_MS } from './limits.ts';
import { runTool, type ToolPaths } from './tools.ts';
import { DATA_FOLDER } from './volume-place.ts';

/** open(2): names a place without asking its filesystem, which may be dead. Node has no constant for it. */
const O_PATH = 0o10000000;

/**
 * Shuts a mounted filesystem down, as a power cut would: its journal is written out (`-f`), and from then on it answers
 * every access with an I/O error and writes nothing of its own, in whatever namespace it is mounted and whoever has
 * files open in it. There is no way back but to unmount it. Node has no ioctl(2); xfs_io(8) makes this one
 * (FS_IOC_SHUTDOWN), which ext4 has as well.
 *
 * The filesystem is reached by an open directory that is known to be on the device: a path could lead to the store's
 * own filesystem when somebody unmounts the volume at this moment.
 *
 * @param device `major:minor`, as the mount table has it
 * @throws {LocalDriverError} `fence-failed`, `tool-failed`
 */
export async function shutDownFilesystem(mountpoint: string, device: string, tools: ToolPaths): Promise<void> {
  const handle = await open(mountpoint, O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    const mount = (await readMountTable()).byId(mountIdOf(handle.fd));
    if (mount?.device !== device) {
      throw new LocalDriverError(
        'fence-failed',
        `${mountpoint}: expected the filesystem on device ${device}, got device ${mount?.device ?? 'unknown'}: try again`,
      );
    }
    if (await isShutDownAlready(`/proc/self/fd/${handle.fd}`)) return;
    await runTool(tools.xfsIo, ['-x', '-c', 'shutdown -f', '/proc/self/fd/3'], {
      purpose: `shut down the filesystem at ${mountpoint}`,
      timeoutMs: QUERY_TIMEOUT_MS,
      fds: [handle.fd],
    });
  } finally {
    await handle.close();
  }
}

/** xfs lets nobody open anything any more; ext4 does, and takes a second shutdown for done. */
async function isShutDownAlready(directory: string): Promise<boolean> {
  try {
    const handle = await open(directory, constants.O_RDONLY | constants.O_DIRECTORY);
    await handle.close();
    return false;
  } catch (error) {
    if (errnoOf(error) === 'EIO') return true;
    throw error;
  }
}

/**
 * Checks that a mounted filesystem was not shut down: ext4 says so in the mount table, xfs answers nothing at all.
 *
 * @throws {LocalDriverError} `volume-fenced`
 */
export async function requireNotShutDown(mountpoint: string): Promise<void> {
  const mount = (await readMountTable()).at(mountpoint);
  const isShutDown = mount?.superOptions.includes('shutdown') || (await answersIoError(join(mountpoint, DATA_FOLDER)));
  if (!isShutDown) return;
  throw new LocalDriverError(
    'volume-fenced',
    `the filesystem of ${mountpoint} was shut down while another agent took the volume, and it is still in use: end ` +
      'what uses it, unmount the volume and mount it again',
  );
}

async function answersIoError(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return false;
  } catch (error) {
    return errnoOf(error) === 'EIO';
  }
}
