import { lstat, mkdir, realpath } from 'node:fs/promises';
import { LocalDriverError } from './error.ts';

/** Who but the owner may do anything at all. */
const OTHERS = 0o077;

/**
 * Makes the store's directory where it is missing (mode 0700), or checks the one that is there: who can read an image
 * reads every file of every task.
 *
 * @returns its path without links, as the mount table will have it
 * @throws {LocalDriverError} `store-unsafe`
 */
export async function openStoreDirectory(path: string): Promise<string> {
  if (!path.startsWith('/')) {
    throw new LocalDriverError('store-unsafe', `expected an absolute path for the store, got ${path}`);
  }
  await mkdir(path, { recursive: true, mode: 0o700 });
  const directory = await realpath(path);
  const found = await lstat(directory);
  if (found.uid !== process.geteuid?.()) {
    throw new LocalDriverError(
      'store-unsafe',
      `${directory}: expected a store of user ${process.geteuid?.()}, got one of user ${found.uid}`,
    );
  }
  if ((found.mode & OTHERS) !== 0) {
    const mode = (found.mode & 0o7777).toString(8).padStart(4, '0');
    throw new LocalDriverError(
      'store-unsafe',
      `${directory}: expected a store that only its owner can enter, got mode ${mode}; choose a directory of its own, ` +
        'or `chmod 0700` it',
    );
  }
  return directory;
}
