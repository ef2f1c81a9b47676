import { readdir, readFile } from 'node:fs/promises';
import { sep } from 'node:path';
import type { Filesystem } from './options.ts';
import type { VolumePlace } from './volume-place.ts';

/**
 * `loop`: mount(8) takes a free loop device with autoclear, so that the kernel frees it with the last unmount, or when
 * mount itself dies; a device that already holds the image, for another namespace, is used again, so that there is only
 * ever one view of the filesystem. What a task writes is data: no device nodes, no set-user-id programs.
 */
const MOUNT_OPTIONS = 'loop,nodev,nosuid';

/** Path of an image in the store, from the driver's directory on: the same in every mount namespace. */
const STORE_SEGMENTS = 4;

/**
 * The options to mount an image with. xfs refuses a second filesystem with the same identifier (UUID); only where a
 * fenced task still holds the image that this one was copied from is that no mistake.
 */
export async function mountOptions(filesystem: Filesystem, place: VolumePlace): Promise<string> {
  return filesystem === 'xfs' && (await isOldImageHeld(place)) ? `${MOUNT_OPTIONS},nouuid` : MOUNT_OPTIONS;
}

/** Whether a loop device holds a file that had the image's name and has been replaced since. */
async function isOldImageHeld(place: VolumePlace): Promise<boolean> {
  const replaced = `${sep}${place.image.split(sep).slice(-STORE_SEGMENTS).join(sep)} (deleted)`;
  const devices = (await readdir('/sys/block')).filter((name) => name.startsWith('loop'));
  const files = await Promise.all(
    // The file is there only while the device is in use.
    devices.map((name) => readFile(`/sys/block/${name}/loop/backing_file`, 'utf8').catch(() => '')),
  );
  return files.some((file) => file.trimEnd().endsWith(replaced));
}
