import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';

import { systemClock } from '../../driver/plugin/clock.ts';
import { openPlugin } from '../../driver/plugin/plugin-client.ts';
import type { PluginDirectories } from '../../driver/plugin/plugin-discovery.ts';
import type { Check } from './check.ts';
import { check } from './check.ts';

/** A driver that is well answers Activate at once. */
const answerTimeoutMs = 3_000;

/** More plugins than this on one machine are not looked at one by one. */
const pluginsMax = 50;

/**
 * Names of the drivers that have a file in a directory: `NAME.sock`, `NAME/NAME.sock`, and so with `.spec` and `.json`.
 */
async function namesIn(directory: string, endings: readonly string[]): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((): Dirent[] => []);
  const names: string[] = [];
  for (const entry of entries) {
    const ending = endings.find((candidate) => entry.name.endsWith(candidate));
    if (ending !== undefined) names.push(entry.name.slice(0, -ending.length));
    else if (entry.isDirectory()) {
      const inner = await readdir(`${directory}/${entry.name}`).catch((): string[] => []);
      if (endings.some((candidate) => inner.includes(entry.name + candidate))) names.push(entry.name);
    }
  }
  return names;
}

async function checkPlugin(name: string, directories: PluginDirectories): Promise<Check> {
  const title = `volume driver ${name}`;
  try {
    const deadlineMs = systemClock.nowMs() + answerTimeoutMs;
    const client = await openPlugin(name, directories, { clock: systemClock, deadlineMs, wait: false });
    const where = client.endpoint.kind === 'unix' ? client.endpoint.path : 'TCP';
    return check(`plugin ${name}`, title, `answers on ${where}`);
  } catch (error) {
    return check(`plugin ${name}`, title, (error as Error).message, [
      'note',
      'start the driver again, or remove its socket or spec file if it is gone for good',
    ]);
  }
}

/** The volume drivers that make themselves known on this machine, each asked whether it answers. */
export async function checkPlugins(directories: PluginDirectories): Promise<Check[]> {
  const found = await Promise.all([
    ...directories.sockets.map((directory) => namesIn(directory, ['.sock'])),
    ...directories.specifications.map((directory) => namesIn(directory, ['.spec', '.json'])),
  ]);
  const names = [...new Set(found.flat())].sort().slice(0, pluginsMax);
  const checks = await Promise.all(names.map((name) => checkPlugin(name, directories)));
  if (checks.some(({ level }) => level === 'ok')) return checks;
  const places = [...new Set([...directories.sockets, ...directories.specifications])].join(', ');
  const nobody = check('plugins', 'volume drivers', `none that answers in ${places}`, [
    'missing',
    'start a volume driver; to try things out: dvdi driver serve --name NAME',
  ]);
  return [...checks, nobody];
}
