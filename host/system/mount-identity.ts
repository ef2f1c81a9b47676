import type { Directory } from './directory.ts';
import { walk } from './directory-walk.ts';
import { MountError } from './mount-error.ts';
import { isMountRoot, mountIdOf, readMountTable } from './mount-table.ts';

/**
 * What names one mount, until it is unmounted: ids are given to others afterwards, so that who writes one down keeps
 * the device (and the boot id) with it.
 */
export interface MountKey {
  readonly mountId: number;
  /** `major:minor` of the filesystem. */
  readonly device: string;
}

/** The mount that a directory is on. */
export interface MountIdentity extends MountKey {
  readonly mountpoint: string;
  /** The directory of the filesystem that is mounted there. */
  readonly root: string;
  readonly filesystem: string;
  readonly source: string;
  /** True when the directory is where the mount begins, false when it lies somewhere below. */
  readonly isRoot: boolean;
}

/**
 * The mount that a directory is on, found by its fd: neither hidden nor stacked mounts deceive. Reads the mount table;
 * `mountIdOf` alone does not.
 * @param place an open directory, which stays the caller's, or an absolute, normalised path, walked as `walk` does.
 * @throws {DirectoryError | MountError} `mount-missing` when the mount was detached, or is of another mount namespace.
 */
export async function identifyMount(place: Directory | string): Promise<MountIdentity> {
  if (typeof place === 'string') {
    using directory = await walk({ within: null, path: place });
    return await identifyMount(directory);
  }
  const mountId = mountIdOf(place.fd);
  const entry = (await readMountTable()).byId(mountId);
  if (entry === null) {
    throw new MountError('mount-missing', place.path, `expected its mount ${mountId} in the mount table, got none`);
  }
  const { device, mountpoint, root, filesystem, source } = entry;
  return { mountId, device, mountpoint, root, filesystem, source, isRoot: await isMountRoot(place) };
}
