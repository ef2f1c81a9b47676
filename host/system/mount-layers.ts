import type { Directory } from './directory.ts';
import { DirectoryError } from './directory-error.ts';
import { segmentsOf, walk } from './directory-walk.ts';
import { MountError } from './mount-error.ts';
import type { MountKey } from './mount-identity.ts';
import { callUmount } from './mount-program.ts';
import { type MountEntry, type MountTable, mountIdOf, readMountTable } from './mount-table.ts';

/** An unmount may have to write back what is dirty. */
const UNMOUNT_TIMEOUT_MS = 600_000;

/**
 * All mounts that are stacked on one path, bottom to top; none when it is no mountpoint. What lies under a directory
 * that was mounted over cannot be reached by this path and does not count.
 * @param path absolute, normalised and without links
 */
export function layersAt(table: MountTable, path: string): MountEntry[] {
  const layers: MountEntry[] = [];
  let entry = table.at(path);
  while (entry !== null && entry.mountpoint === path && !layers.includes(entry)) {
    layers.push(entry);
    entry = table.byId(entry.parentId);
  }
  return layers.reverse();
}

/** `replaced`: another mount is on top. `missing`: nothing is mounted there, or nothing is there at all. */
export type UnmountOutcome = 'unmounted' | 'replaced' | 'missing';

/**
 * Unmounts the topmost mount at a path, but only if it is the one that is meant.
 *
 * An open fd keeps its mount busy, so that the unmount itself has to go by the mountpoint's name under the fd of its
 * parent, and umount(8) follows a link there. So the parent must be root's alone; then only root could swap the name,
 * or mount something on top, between the look and the act. That something else was hit is noticed and thrown.
 *
 * @param path absolute and normalised; its last segment is never followed when it is a link.
 * @throws {DirectoryError | MountError} `mount-busy` while it is in use; nothing was done then.
 */
export async function unmountLayer(
  path: string,
  expected: MountKey,
  timeoutMs: number = UNMOUNT_TIMEOUT_MS,
): Promise<UnmountOutcome> {
  const names = segmentsOf(path);
  const name = names.pop() ?? '';
  using parent = await unlessMissing(walk({ within: null, path: `/${names.join('/')}` }));
  if (parent === null) return 'missing';
  const mountId = await mountIdOn(parent, name);
  if (mountId === null) return 'missing';
  if (mountId !== expected.mountId || !(await isOnDevice(expected))) return 'replaced';
  if (!(await parent.isOnlyRoots())) {
    throw new MountError('mount-exposed', path, 'expected a mountpoint whose parent directory only root may write to');
  }
  await callUmount(path, [`/proc/self/fd/3/${name}`], [parent.fd], timeoutMs);
  if ((await mountIdOn(parent, name)) === expected.mountId) {
    throw new MountError('mount-unverified', path, 'expected the mount to be gone, another one was on top and went');
  }
  return 'unmounted';
}

/** The id of the topmost mount on an entry of a directory; null when nothing is mounted there. */
async function mountIdOn(parent: Directory, name: string): Promise<number | null> {
  using directory = await unlessMissing(walk({ within: parent, path: `/${name}` }));
  if (directory === null) return null;
  const mountId = mountIdOf(directory.fd);
  return mountId === mountIdOf(parent.fd) ? null : mountId;
}

/** Ids are given again after an unmount, so that the device has its say too. */
async function isOnDevice({ mountId, device }: MountKey): Promise<boolean> {
  return (await readMountTable()).byId(mountId)?.device === device;
}

async function unlessMissing(walked: Promise<Directory>): Promise<Directory | null> {
  try {
    return await walked;
  } catch (error) {
    if (error instanceof DirectoryError && error.code === 'directory-missing') return null;
    throw error;
  }
}
