import { readFileSync } from 'node:fs';

import { packagePath } from '../system/package-path.ts';
import { CliError } from './cli-error.ts';
import { exitCodes } from './exit-codes.ts';

/**
 * Reads a file of the installed package.
 * @throws {CliError} `cli-installation` when it is missing
 */
export function readInstalled(relative: string): Buffer<ArrayBuffer> {
  const path = packagePath(relative);
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new CliError('a file of this installation is missing', {
      code: 'cli-installation',
      expected: `the file ${path}`,
      got: (cause as NodeJS.ErrnoException).code ?? String(cause),
      advice: 'install the package again, or run `make build` in a checkout',
      exitCode: exitCodes.machine,
      cause,
    });
  }
}

/** The version in package.json. */
export function installedVersion(): string {
  return (JSON.parse(readInstalled('package.json').toString()) as { version: string }).version;
}
