import { lstat, readlink } from 'node:fs/promises';
import { Directory, openRoot } from './directory.ts';
import { DirectoryError, type DirectoryErrorCode, errnoOf } from './directory-error.ts';

/** What Linux itself follows before it answers ELOOP: path_resolution(7). */
const LINKS_MAX = 40;

/** A directory by name. */
export interface Place {
  /**
   * What `path` is resolved under: null for the machine's root, a string for an absolute directory, or an open
   * directory, which stays the caller's. Under anything but null no link is ever followed.
   */
  readonly within: null | string | Directory;
  /** Absolute and normalised; `/` is `within` itself. */
  readonly path: string;
}

/**
 * Called for a directory that is missing. It makes and opens it, or gives null when it is there by now.
 * @param path the place's path up to the missing one.
 */
export type MakeMissing = (parent: Directory, name: string, path: string) => Promise<Directory | null>;

interface Component {
  readonly name: string;
  /** The place's path up to here; null when a link led here. */
  readonly path: string | null;
}

/**
 * Walks to a directory component by component, holding each by its fd, so that nobody who swaps a name meanwhile can
 * lead the walk elsewhere. A link is followed only while every directory walked so far belongs to root and nobody else
 * may write to it; then only root can have planted it. Anywhere else, and under any `within`, it is refused.
 *
 * @returns a directory that the caller closes.
 * @throws {DirectoryError}
 */
export async function walk(place: Place, makeMissing?: MakeMissing): Promise<Directory> {
  const pending = componentsOf(place.path);
  let current = await openBase(place.within);
  let links = 0;
  try {
    for (let component = pending.shift(); component !== undefined; component = pending.shift()) {
      const next = await enter(current, component, place.path, makeMissing);
      if (typeof next !== 'string') {
        current.close();
        current = next;
        continue;
      }
      links += 1;
      if (links > LINKS_MAX) throw new DirectoryError('directory-loop', place.path, component.path ?? current.path);
      if (next.startsWith('/')) {
        const root = openRoot();
        current.close();
        current = root;
      }
      const names = next.split('/').filter((name) => name !== '' && name !== '.');
      pending.unshift(...names.map((name) => ({ name, path: null })));
    }
    return current;
  } catch (error) {
    current.close();
    throw error;
  }
}

/**
 * The names in an absolute, normalised path; none for `/`.
 * @throws {DirectoryError} `path-invalid`
 */
export function segmentsOf(path: string): string[] {
  if (path === '/') return [];
  const [head, ...names] = path.split('/');
  const isNormal = names.every((name) => name !== '' && name !== '.' && name !== '..' && !name.includes('\0'));
  if (head !== '' || names.length === 0 || !isNormal) throw new DirectoryError('path-invalid', path, path);
  return names;
}

function componentsOf(path: string): Component[] {
  const names = segmentsOf(path);
  return names.map((name, index) => ({ name, path: `/${names.slice(0, index + 1).join('/')}` }));
}

async function openBase(within: Place['within']): Promise<Directory> {
  if (within === null) return openRoot();
  if (within instanceof Directory) return within.duplicate();
  using directory = await walk({ within: null, path: within });
  return await directory.duplicate();
}

/** The directory of that name, or the text of the link that may be followed instead. */
async function enter(
  current: Directory,
  component: Component,
  asked: string,
  makeMissing: MakeMissing | undefined,
): Promise<Directory | string> {
  const shown = component.path ?? `${current.path === '/' ? '' : current.path}/${component.name}`;
  const fail = (code: DirectoryErrorCode, cause?: unknown) => new DirectoryError(code, asked, shown, cause);
  for (let mayMake = makeMissing !== undefined && component.path !== null; ; mayMake = false) {
    try {
      return await current.open(component.name);
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === 'ENOENT' && mayMake) {
        const made = await makeMissing?.(current, component.name, component.path as string);
        if (made) return made;
        continue;
      }
      if (errno === 'ENOENT') throw fail('directory-missing');
      if (errno !== 'ENOTDIR' && errno !== 'ELOOP') throw fail('directory-refused', error);
    }
    return linkText(current, component.name, fail);
  }
}

async function linkText(
  current: Directory,
  name: string,
  fail: (code: DirectoryErrorCode, cause?: unknown) => DirectoryError,
): Promise<string> {
  const entry = current.entry(name);
  const stats = await lstat(entry).catch((error: unknown) => {
    throw fail('directory-replaced', error);
  });
  if (!stats.isSymbolicLink()) throw fail(stats.isDirectory() ? 'directory-replaced' : 'directory-other');
  if (!current.isTrusted) throw fail('directory-link');
  return readlink(entry).catch((error: unknown) => {
    throw fail('directory-replaced', error);
  });
}
