import { type Directory, type Identity, isSameDirectory } from '../system/directory.ts';
import { DirectoryError } from '../system/directory-error.ts';
import { segmentsOf, walk } from '../system/directory-walk.ts';
import { isAtOrUnder, isMountRoot } from '../system/mount-table.ts';
import { MountpointError } from './mountpoint-error.ts';

/** Where a driver has mounted a volume, looked at once. Plain data: it holds nothing open, so nothing keeps it busy. */
export interface Mountpoint {
  readonly path: string;
  readonly identity: Identity;
  /** False when it is a plain directory, which a driver without filesystems of its own may well answer. */
  readonly isMount: boolean;
}

/**
 * Checks what a driver answered to a mount call: one absolute, normalised path of a directory, not the root, and under
 * one of the roots that policy names.
 * @param mountRoots absolute directories; empty for anywhere.
 * @throws {MountpointError}
 */
export async function checkMountpoint(answer: string, mountRoots: readonly string[]): Promise<Mountpoint> {
  if (!isOwnDirectory(answer)) {
    throw new MountpointError('mountpoint-invalid', answer, 'one absolute path without ".", ".." and empty segments');
  }
  if (mountRoots.length > 0 && !mountRoots.some((root) => isAtOrUnder(answer, root))) {
    const roots = mountRoots.map((root) => JSON.stringify(root)).join(' or ');
    throw new MountpointError('mountpoint-outside', answer, `a path under ${roots}, as the policy's mountRoots demand`);
  }
  try {
    using directory = await walk({ within: null, path: answer });
    return { path: answer, identity: await directory.identity(), isMount: await isMountRoot(directory) };
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error;
    throw new MountpointError('mountpoint-unusable', answer, 'the path of a directory', error);
  }
}

/**
 * Opens a mountpoint that was checked before.
 * @returns a directory that the caller closes, before anybody unmounts it.
 * @throws {DirectoryError} `directory-replaced` when it is another directory by now.
 */
export async function openMountpoint({ path, identity }: Pick<Mountpoint, 'path' | 'identity'>): Promise<Directory> {
  const directory = await walk({ within: null, path });
  try {
    if (!isSameDirectory(await directory.identity(), identity)) {
      throw new DirectoryError('directory-replaced', path, path);
    }
    return directory;
  } catch (error) {
    directory.close();
    throw error;
  }
}

function isOwnDirectory(answer: string): boolean {
  try {
    return segmentsOf(answer).length > 0 && !/\p{Cc}/u.test(answer);
  } catch {
    return false;
  }
}
