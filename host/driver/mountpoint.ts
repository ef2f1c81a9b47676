import { readlink } from 'node:fs/promises';
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

/** Filesystems of the kernel and the machine's devices: no volume is there, and owner and mode of it are not ours. */
const FOREIGN_TREES = ['/proc', '/sys', '/dev'];

const OWN_DIRECTORY = `a directory of the volume's own, not / and not under ${FOREIGN_TREES.join(', ')}`;

/**
 * Checks what a driver answered to a mount call: one absolute, normalised path of a directory, not the root, not of the
 * kernel, and under one of the roots that policy names. Where a link on the way may be followed, the place it leads to
 * counts, for the answer as for the roots.
 * @param mountRoots absolute directories; empty for anywhere.
 * @throws {MountpointError}
 */
export async function checkMountpoint(answer: string, mountRoots: readonly string[]): Promise<Mountpoint> {
  if (!isOwnPath(answer)) {
    throw new MountpointError('mountpoint-invalid', answer, 'one absolute path without ".", ".." and empty segments');
  }
  if (isForeign(answer)) throw new MountpointError('mountpoint-invalid', answer, OWN_DIRECTORY);
  using directory = await openAnswer(answer);
  const place = await readlink(directory.self);
  if (isForeign(place)) throw new MountpointError('mountpoint-invalid', answer, OWN_DIRECTORY);
  if (mountRoots.length > 0 && !(await isUnderAny(place, mountRoots))) {
    const roots = mountRoots.map((root) => JSON.stringify(root)).join(' or ');
    throw new MountpointError('mountpoint-outside', answer, `a path under ${roots}, as the policy's mountRoots demand`);
  }
  return { path: answer, identity: await directory.identity(), isMount: await isMountRoot(directory) };
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

function isOwnPath(answer: string): boolean {
  try {
    return segmentsOf(answer).length > 0 && !/\p{Cc}/u.test(answer);
  } catch {
    return false;
  }
}

function isForeign(place: string): boolean {
  return place === '/' || FOREIGN_TREES.some((tree) => isAtOrUnder(place, tree));
}

async function openAnswer(answer: string): Promise<Directory> {
  try {
    return await walk({ within: null, path: answer });
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error;
    throw new MountpointError('mountpoint-unusable', answer, 'the path of a directory', error);
  }
}

/** A root that is not there has nothing under it. */
async function isUnderAny(place: string, roots: readonly string[]): Promise<boolean> {
  for (const path of roots) {
    try {
      using root = await walk({ within: null, path });
      if (isAtOrUnder(place, await readlink(root.self))) return true;
    } catch (error) {
      if (!(error instanceof DirectoryError)) throw error;
    }
  }
  return false;
}
