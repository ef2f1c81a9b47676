import { resolve } from 'node:path';
import type { PluginDirectories } from '../driver/plugin/plugin-discovery.ts';
import { DOCKER_PLUGIN_DIRECTORIES } from '../driver/plugin/plugin-discovery.ts';

/**
 * Where plugins are looked for: Docker's own directories, or only the named ones when there are any, so that nothing of
 * the machine is reached by accident.
 */
export function pluginDirectories(named: readonly string[] | undefined): PluginDirectories {
  if (named === undefined || named.length === 0) return DOCKER_PLUGIN_DIRECTORIES;
  const directories = named.map((directory) => resolve(directory));
  return { sockets: directories, specifications: directories };
}
