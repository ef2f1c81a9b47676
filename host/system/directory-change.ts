import { chmod, chown, mkdir, readlink, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Directory } from './directory.ts';
import { DirectoryError, errnoOf } from './directory-error.ts';
import { type Place, segmentsOf, walk } from './directory-walk.ts';
import { isMountedElsewhere } from './foreign-mounts.ts';

export interface Making {
  /** Who shall own what is made: root, or the owner of the directory it is made in. */
  readonly owner: 'root' | 'parent';
  /** Exact mode of what is made, whatever the umask, for example 0o755. */
  readonly mode: number;
  /** Awaited right before each directory is made, with its path under the same `within`: to write down the intent. */
  readonly beforeMaking?: (path: string) => Promise<void>;
}

export interface Ensured extends Disposable {
  /** Closed by disposing of the whole. */
  readonly directory: Directory;
  /** Paths of what was made, under the same `within`, shallowest first; empty when everything was there. */
  readonly made: readonly string[];
}

/** What became of a directory that was to be removed. Only `removed` changed anything. */
export type Removal =
  | 'removed'
  | 'missing'
  | 'not-empty'
  /** Something is mounted on it, here or in another mount namespace. */
  | 'busy'
  /** Something that is no directory stands in its place, or a link on the way to it. */
  | 'replaced';

const REMOVAL_OF_ERRNO: Readonly<Record<string, Removal>> = {
  ENOENT: 'missing',
  ENOTEMPTY: 'not-empty',
  EEXIST: 'not-empty',
  EBUSY: 'busy',
  ENOTDIR: 'replaced',
};

const ROOT = { uid: 0n, gid: 0n };

interface Made {
  readonly parent: Directory;
  readonly name: string;
  readonly path: string;
}

/**
 * Walks to a directory and makes what is missing on the way, one level at a time, each relative to the fd of the one
 * before. When it fails half way, what it made is removed again.
 * @throws {DirectoryError}
 */
export async function ensureDirectory(place: Place, making: Making): Promise<Ensured> {
  const made: Made[] = [];
  try {
    const directory = await walk(place, async (parent, name, path) => {
      await making.beforeMaking?.(path);
      const held = await parent.duplicate();
      const isOurs = await makeEntry(held, name, path, place.path).catch((error: unknown) => {
        held.close();
        throw error;
      });
      if (!isOurs) {
        held.close();
        return null;
      }
      made.push({ parent: held, name, path });
      return openMade(held, name, path, place.path, making);
    });
    return { directory, made: made.map(({ path }) => path), [Symbol.dispose]: () => directory.close() };
  } catch (error) {
    throw await removeMade(made, error);
  } finally {
    for (const { parent } of made) parent.close();
  }
}

/** @throws {DirectoryError} */
export async function requireDirectory(place: Place): Promise<Directory> {
  return walk(place);
}

/**
 * Removes an empty directory, through the fd of its parent. What it finds is an answer, never a failure; it never
 * removes anything that is not an empty directory, and never recursively. One that is a mountpoint in another mount
 * namespace stays: the kernel would remove it and detach that mount (Linux 3.18 and later).
 * @throws {DirectoryError} when the kernel refuses for a reason that is not about the directory itself.
 */
export async function removeDirectory(place: Place): Promise<Removal> {
  const segments = segmentsOf(place.path);
  const name = segments.pop();
  if (name === undefined) throw new DirectoryError('path-invalid', place.path, place.path);
  try {
    using parent = await walk({ within: place.within, path: `/${segments.join('/')}` });
    if (await isMountedElsewhere(join(await readlink(parent.self), name))) return 'busy';
    return await removeEntry(parent, name);
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error;
    if (error.code === 'directory-missing') return 'missing';
    if (error.code === 'directory-refused' || error.code === 'path-invalid') throw error;
    return 'replaced';
  }
}

/** Gives a directory the owner and the mode of another, through their fds. What is alike already is not touched. */
export async function matchOwner(target: Directory, model: Directory): Promise<void> {
  const [have, want] = await Promise.all([target.stat(), model.stat()]);
  try {
    if (have.uid !== want.uid || have.gid !== want.gid) await chown(target.self, Number(want.uid), Number(want.gid));
    if (permissionsOf(have.mode) !== permissionsOf(want.mode)) await chmod(target.self, permissionsOf(want.mode));
  } catch (error) {
    throw new DirectoryError('directory-refused', target.path, target.path, error);
  }
}

/** Removes what was made before `reason` came up, deepest first, and gives what to throw. */
async function removeMade(made: readonly Made[], reason: unknown): Promise<unknown> {
  const failures: unknown[] = [];
  for (const { parent, name } of made.toReversed()) {
    await removeEntry(parent, name).catch((error: unknown) => failures.push(error));
  }
  if (failures.length === 0) return reason;
  return new AggregateError([reason, ...failures], 'a directory could not be made, nor what was made be removed again');
}

/** False when somebody else was faster: then it is not ours. */
async function makeEntry(parent: Directory, name: string, path: string, asked: string): Promise<boolean> {
  try {
    // Nobody else enters before owner and mode are what they shall be.
    await mkdir(parent.entry(name), 0o700);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw new DirectoryError('directory-refused', asked, path, error);
  }
}

/** Opens a directory just made and sets its owner and mode, after a look whether it still is ours. */
async function openMade(
  parent: Directory,
  name: string,
  path: string,
  asked: string,
  { owner, mode }: Making,
): Promise<Directory> {
  let directory: Directory | null = null;
  try {
    directory = await parent.open(name);
    const stats = await directory.stat();
    // Who may write to the parent can put another directory here, but none that belongs to us and only us may enter.
    if (stats.uid !== BigInt(process.geteuid?.() ?? 0) || (stats.mode & 0o077n) !== 0n) {
      throw new DirectoryError('directory-replaced', asked, path);
    }
    const { uid, gid } = owner === 'root' ? ROOT : await parent.stat();
    if (stats.uid !== uid || stats.gid !== gid) await chown(directory.self, Number(uid), Number(gid));
    await chmod(directory.self, mode);
    return directory;
  } catch (error) {
    directory?.close();
    if (error instanceof DirectoryError) throw error;
    const isReplaced = ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(errnoOf(error) ?? '');
    throw new DirectoryError(isReplaced ? 'directory-replaced' : 'directory-refused', asked, path, error);
  }
}

async function removeEntry(parent: Directory, name: string): Promise<Removal> {
  try {
    await rmdir(parent.entry(name));
    return 'removed';
  } catch (error) {
    const removal = REMOVAL_OF_ERRNO[errnoOf(error) ?? ''];
    if (removal !== undefined) return removal;
    const path = `${parent.path}/${name}`;
    throw new DirectoryError('directory-refused', path, path, error);
  }
}

function permissionsOf(mode: bigint): number {
  return Number(mode & 0o7777n);
}
