import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { distrustOf } from '../../system/file-trust.ts';
import { CliError } from '../cli-error.ts';

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
    const distrust = distrustOf(fstatSync(fd));
    if (distrust !== null) throw distrusted(file, distrust);
    return readFileSync(fd, 'utf8');
  } catch (error) {
    throw error instanceof CliError ? error : distrusted(file, (error as NodeJS.ErrnoException).code ?? '', error);
  } finally {
    closeSync(fd);
  }
}
