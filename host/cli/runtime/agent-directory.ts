import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { CliError } from '../cli-error.ts';
import type { ContainerList } from './container-list.ts';

/** Where a Mesos agent keeps a directory for each of its containers, and the nested ones inside of it. */
const containersFolder = 'containers';

/** Of a nested container that was destroyed: its directory stays until its root container is destroyed. */
const terminationFile = 'termination';

/** The first process of the container, in decimal; written a moment after it was started. */
const pidFile = 'pid';

/** A container in the agent's runtime directory. */
interface AgentContainer {
  /** Parents first, joined with dots. */
  readonly id: string;
  readonly directory: string;
}

function unreadable(directory: string, cause: unknown): CliError {
  return new CliError('the runtime directory of the Mesos agent cannot be read', {
    code: 'cli-containers',
    expected: `the agent's --runtime_dir, with a directory ${containersFolder} in it`,
    got: `${directory}: ${(cause as NodeJS.ErrnoException).code ?? String(cause)}`,
    advice: 'name the --runtime_dir of the agent, usually /var/run/mesos; nothing was released',
    cause,
  });
}

/** Whether a container's directory lacks a file; any other failure than that is thrown. */
async function readOptional(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'latin1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** The containers right below a directory; none when it has gone, since its root was destroyed meanwhile. */
async function childrenOf(parent: AgentContainer | null, runtimeDirectory: string): Promise<AgentContainer[]> {
  const folder = join(parent?.directory ?? runtimeDirectory, containersFolder);
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (parent !== null && (error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ id: parent === null ? name : `${parent.id}.${name}`, directory: join(folder, name) }));
}

/** A process that is there in whatever state: its number may be another's by now, which errs on the safe side. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function stateOf(container: AgentContainer): Promise<'running' | 'orphan' | 'gone'> {
  if ((await readOptional(join(container.directory, terminationFile))) !== null) return 'gone';
  const pid = (await readOptional(join(container.directory, pidFile)))?.trim();
  return pid !== undefined && /^[1-9]\d*$/u.test(pid) && isAlive(Number(pid)) ? 'running' : 'orphan';
}

/**
 * Reads from a Mesos agent's runtime directory which containers it has (`containerizer/mesos/paths.hpp` of Mesos 1.1 to
 * 1.12: `<runtime_dir>/containers/<id>[/containers/<nested id>…]/{pid,status,termination,…}`).
 *
 * The agent makes the directory of a container before any isolator hears of it, and removes it when the container is
 * destroyed; a nested one is marked by a file `termination` instead. So a container whose process is alive runs; one
 * that has a directory, but no process (yet, or any more), is being started or will be destroyed by the agent: an
 * orphan; and whatever has no directory, or the mark, is gone.
 * @throws {CliError} `cli-containers` when this is no such directory: an empty answer would release everything.
 */
export async function readAgentDirectory(runtimeDirectory: string): Promise<ContainerList> {
  const running: string[] = [];
  const orphans: string[] = [];
  try {
    const found = await childrenOf(null, runtimeDirectory);
    for (let container = found.pop(); container !== undefined; container = found.pop()) {
      const state = await stateOf(container);
      if (state === 'running') running.push(container.id);
      if (state === 'orphan') orphans.push(container.id);
      found.push(...(await childrenOf(container, runtimeDirectory)));
    }
  } catch (error) {
    throw unreadable(runtimeDirectory, error);
  }
  return { running: running.sort(), orphans: orphans.sort() };
}
