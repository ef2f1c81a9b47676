import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { PluginEndpoint } from './plugin-endpoint.ts';
import { PluginFailure } from './plugin-failure.ts';
import { pluginFileName } from './plugin-name.ts';
import { readSpecification } from './plugin-specification.ts';

/** Where plugins make themselves known. */
export interface PluginDirectories {
  /** Directories of sockets. */
  readonly sockets: readonly string[];
  /** Directories of `.spec` and `.json` files. */
  readonly specifications: readonly string[];
}

/** Docker's own directories. */
export const DOCKER_PLUGIN_DIRECTORIES: PluginDirectories = {
  sockets: ['/run/docker/plugins'],
  specifications: ['/etc/docker/plugins', '/usr/lib/docker/plugins'],
};

/**
 * Finds where a driver listens, in Docker's order: `NAME.sock`, then in each further directory `NAME.spec` before
 * `NAME.json`; each of them flat, then in a folder of the driver's name. The first file that exists is taken, and is
 * an error when it is broken.
 *
 * @throws {PluginFailure} code `driver-missing`; with `retry` when there is no file at all
 */
export async function discoverPlugin(driver: string, directories: PluginDirectories): Promise<PluginEndpoint> {
  const name = pluginFileName(driver);
  for (const path of directories.sockets.flatMap((directory) => candidates(directory, name, '.sock'))) {
    if ((await kindOf(path)) === 'socket') return { kind: 'unix', path };
  }
  const specifications = directories.specifications.flatMap((directory) => [
    ...candidates(directory, name, '.spec'),
    ...candidates(directory, name, '.json'),
  ]);
  for (const file of specifications) {
    if ((await kindOf(file)) !== 'nothing') return readSpecification(file);
  }
  throw new PluginFailure(
    `no volume driver "${driver}" on this machine: there is no ${name}.sock in ${directories.sockets.join(', ')} ` +
      `and no ${name}.spec or ${name}.json in ${directories.specifications.join(', ')}; is the driver running?`,
    { code: 'driver-missing', mayHaveActed: false, retry: true },
  );
}

function candidates(directory: string, name: string, ending: string): string[] {
  return [join(directory, name + ending), join(directory, name, name + ending)];
}

async function kindOf(path: string): Promise<'nothing' | 'socket' | 'other'> {
  try {
    return (await stat(path)).isSocket() ? 'socket' : 'other';
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'nothing';
    throw new PluginFailure(`cannot look for a plugin at ${path}: ${(cause as Error).message}`, {
      code: 'driver-missing',
      mayHaveActed: false,
      cause,
    });
  }
}
