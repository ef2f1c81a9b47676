import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { CliError } from './cli-error.ts';
import { exitCodes } from './exit-codes.ts';

/** The package's root: the compiled file is `build/host/cli/installation.js`. */
const root = new URL('../../../', import.meta.url);

/** Absolute path of a file of the installed package, for example `docs/findings.md`. */
export function installedPath(relative: string): string {
  return fileURLToPath(new URL(relative, root));
}

/**
 * Reads a text file of the installed package.
 * @throws {CliError} `cli-installation` when it is missing
 */
export function readInstalled(relative: string): string {
  const path = installedPath(relative);
  try {
    return readFileSync(path, 'utf8');
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
  return (JSON.parse(readInstalled('package.json')) as { version: string }).version;
}
