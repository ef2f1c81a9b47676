import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { readAgentDirectory } from '../../../host/cli/runtime/agent-directory.ts';
import { useTemporaryDirectory } from '../../support/temporary-directory.ts';

const directory = useTemporaryDirectory();

/** A process that is over: its number is free again. */
function endedProcess(): number {
  return spawnSync('/bin/true').pid;
}

/** Makes the directory of a container as the agent does; ids of parents first. */
async function container(ids: readonly string[], files: Readonly<Record<string, string>>): Promise<void> {
  const path = join(directory.path, ...ids.flatMap((id) => ['containers', id]));
  await mkdir(path, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text);
}

test('a process that is alive is a container that runs, nested ones too', async () => {
  const pid = String(process.pid);
  await container(['root'], { pid, config: 'binary', launch_info: 'binary' });
  await container(['root', 'task'], { pid, status: '' });
  await container(['root', 'task', 'debug'], { pid, force_destroy_on_recovery: '' });
  expect(await readAgentDirectory(directory.path)).toEqual({
    running: ['root', 'root.task', 'root.task.debug'],
    orphans: [],
  });
});

test('without a process a container is an orphan: it is being started, or the agent will destroy it', async () => {
  await container(['starting'], {});
  await container(['dead'], { pid: String(endedProcess()), status: '256' });
  await container(['torn'], { pid: '' });
  await container(['rubbish'], { pid: '-1' });
  expect(await readAgentDirectory(directory.path)).toEqual({
    running: [],
    orphans: ['dead', 'rubbish', 'starting', 'torn'],
  });
});

test('a nested container that was destroyed is gone, whatever its process number is now', async () => {
  await container(['root'], { pid: String(process.pid) });
  await container(['root', 'over'], { pid: String(process.pid), termination: 'binary' });
  expect(await readAgentDirectory(directory.path)).toEqual({ running: ['root'], orphans: [] });
});

test('an agent without containers has none', async () => {
  await mkdir(join(directory.path, 'containers'));
  expect(await readAgentDirectory(directory.path)).toEqual({ running: [], orphans: [] });
});

test('another directory is refused: everything would be taken for gone', async () => {
  await expect(readAgentDirectory(directory.path)).rejects.toMatchObject({
    code: 'cli-containers',
    got: `${directory.path}: ENOENT`,
    advice: expect.stringContaining('nothing was released'),
  });
});
