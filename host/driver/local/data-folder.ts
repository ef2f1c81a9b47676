import { lstat, mkdir } from 'node:fs/promises';
import { errnoOf } from '../../system/directory-error.ts';
import { LocalDriverError } from './error.ts';

/**
 * Mode of a new data folder. The store itself is closed to everybody but root; inside a container, 0700 would lock out
 * the task it was mounted for. Where the volume has a container path, the isolator gives the folder the path's mode.
 */
const DATA_MODE = 0o755;

/**
 * Makes the folder for the tasks where it is missing.
 *
 * @throws {LocalDriverError} `volume-damaged` when something else than a directory has its name
 */
export async function ensureDataFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: DATA_MODE });
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
  const found = await lstat(path);
  if (!found.isDirectory()) {
    throw new LocalDriverError('volume-damaged', `${path}: expected a directory, got something else; move it away`);
  }
}
