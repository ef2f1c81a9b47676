import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';

import { CliError } from '../cli-error.ts';

/** Write permission of the group and of others. */
const othersWrite = 0o022;

function distrusted(file: string, got: string, cause?: unknown): CliError {
  return new CliError('a file of the configuration cannot be trusted or read', {
    code: 'criteo-configuration',
    expected: 'a file that only root, or the user of the agent, can change',
    got: `${file}: ${got}`,
    advice: `chown root ${file} && chmod go-w ${file}`,
    cause,
  });
}

function open(file: string, required: boolean): number | null {
  try {
    return openSync(file, 'r');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    if (code === 'ENOENT' && !required) return null;
    throw distrusted(file, code, error);
  }
}

/**
 * Reads a file that decides what root executes: whoever can write to it is root.
 * @returns null when it is not there and need not be
 * @throws {CliError} `criteo-configuration`
 */
export function readTrustedFile(file: string, required: boolean): string | null {
  const fd = open(file, required);
  if (fd === null) return null;
  try {
    const { uid, mode } = fstatSync(fd);
    if (uid !== 0 && uid !== process.geteuid?.()) throw distrusted(file, `it belongs to user ${uid}`);
    if ((mode & othersWrite) !== 0) throw distrusted(file, `its mode is ${(mode & 0o7777).toString(8)}`);
    return readFileSync(fd, 'utf8');
  } catch (error) {
    throw error instanceof CliError ? error : distrusted(file, (error as NodeJS.ErrnoException).code ?? '', error);
  } finally {
    closeSync(fd);
  }
}
