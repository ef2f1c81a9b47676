import { access, constants, lstat, mkdir, realpath, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { errnoOf } from '../../system/directory-error.ts';
import { LedgerError } from './ledger-error.ts';

/** Write permission of anybody but the owner. */
const OTHERS_WRITE = 0o022;

/**
 * Makes the state directory where it is missing (mode 0700), or checks the one that is there: who can write there can
 * have anything unmounted.
 * @returns its path without links
 * @throws {LedgerError} `ledger-unsafe`, `ledger-rights`, `ledger-read-only`, `ledger-full`
 */
export async function openStateDirectory(path: string): Promise<string> {
  if (!path.startsWith('/')) throw unsafe(path, 'an absolute path', 'a relative one', 'name it from / on');
  try {
    await makeDirectories(resolve(path));
    const directory = await realpath(path);
    await checkOwnership(directory);
    // SQLite would say no more than that it cannot open a file.
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    return directory;
  } catch (error) {
    throw filesystemFailure(error, path);
  }
}

/** Level by level, since Node's own recursion says ENOENT on a filesystem that is read-only. */
async function makeDirectories(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' && dirname(path) !== path) {
      await makeDirectories(dirname(path));
      await makeDirectories(path);
    } else if (!(await isDirectory(path))) {
      // What is there is a directory: why it could not be made does not matter.
      throw error;
    }
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

async function checkOwnership(directory: string): Promise<void> {
  const found = await lstat(directory);
  const user = process.geteuid?.();
  if (found.uid !== user) {
    throw unsafe(directory, `a state directory of user ${user}`, `one of user ${found.uid}`, `chown it to ${user}`);
  }
  if ((found.mode & OTHERS_WRITE) === 0) return;
  const mode = (found.mode & 0o7777).toString(8).padStart(4, '0');
  throw unsafe(
    directory,
    'a state directory that only its owner can write to',
    `mode ${mode}`,
    'choose a directory of its own, or `chmod 0700` it',
  );
}

/** Says a failure of the filesystem in our words; an error of another kind is given back as it is. */
export function filesystemFailure(error: unknown, path: string): unknown {
  const fail = (code: LedgerError['code'], what: string, advice: string) =>
    new LedgerError(code, `${path}: ${what} (${errnoOf(error)})`, advice, error);
  switch (errnoOf(error)) {
    case null:
      return error;
    case 'ENOSPC':
    case 'EDQUOT':
      return fail('ledger-full', 'expected space for the ledger, got none', 'free some and try again');
    case 'EROFS':
      return fail('ledger-read-only', 'expected a place that can be written', 'choose another state directory');
    case 'EACCES':
    case 'EPERM':
      return fail('ledger-rights', 'expected the right to read and write there', 'run it as the owner, usually root');
    case 'ENOTDIR':
    case 'EEXIST':
      return fail('ledger-unsafe', 'expected a directory, got something else', 'choose another state directory');
    default:
      return fail('ledger-failed', 'the state directory cannot be used', 'check the disk and the kernel log');
  }
}

function unsafe(path: string, expected: string, got: string, advice: string): LedgerError {
  return new LedgerError('ledger-unsafe', `${path}: expected ${expected}, got ${got}`, advice);
}
