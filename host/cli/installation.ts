import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { CliError } from './cli-error.ts';
import { exitCodes } from './exit-codes.ts';

/** The directory of package.json: this code lies somewhere below it, bundled or as it was compiled. */
function findRoot(): string {
  for (let directory = import.meta.dirname; directory !== '/'; directory = dirname(directory)) {
    if (existsSync(join(directory, 'package.json'))) return directory;
  }
  return import.meta.dirname;
}

const root = findRoot();

/** Absolute path of a file of the installed package, for example `docs/findings.md`. */
export function installedPath(relative: string): string {
  return join(root, relative);
}

/**
 * Reads a file of the installed package.
 * @throws {CliError} `cli-installation` when it is missing
 */
export function readInstalled(relative: string): Buffer<ArrayBuffer> {
  const path = installedPath(relative);
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
