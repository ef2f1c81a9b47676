import { readFile } from 'node:fs/promises';
import type { Task } from '../../host/core/documents.ts';
import { checkMountpoint } from '../../host/driver/mountpoint.ts';
import type { PreparedBind, PreparedLaunch } from '../../host/isolator/launch-spec.ts';
import { startTask, type TaskHandle } from '../../host/isolator/launcher.ts';
import type { TaskExit } from '../../host/isolator/launcher-task.ts';
import { waitFor } from './wait-for.ts';

export const NO_BINDS: PreparedLaunch = { newMountNamespace: false, propagation: 'slave', binds: [], commands: [] };

/** A bind of one directory of the machine on another. */
export async function bindOf(
  source: string,
  target: string,
  fields: Partial<PreparedBind> = {},
): Promise<PreparedBind> {
  const { path, identity } = await checkMountpoint(source, []);
  const bind = { source: { path, identity }, target: { within: null, path: target } };
  return { ...bind, recursive: true, readOnly: false, ...fields };
}

export function launchOf(...binds: PreparedBind[]): { launch: PreparedLaunch } {
  return { launch: { ...NO_BINDS, newMountNamespace: true, binds } };
}

/** A task that is a shell line. */
export function shell(value: string, fields: Partial<Task> = {}): Task {
  const task = { shell: true, value, arguments: [], user: null, environment: [], directory: null, rootfs: null };
  return { ...task, ...fields };
}

/** Runs a task to its end. */
export async function runTask(task: Task, prepared: { launch: PreparedLaunch } = { launch: NO_BINDS }) {
  return outputOf(await startTask({ prepared, task, stdio: ['ignore', 'pipe', 'pipe'] }));
}

async function outputOf(task: TaskHandle): Promise<{ exit: TaskExit; stdout: string; stderr: string }> {
  const texts = { stdout: '', stderr: '' };
  task.stdout?.on('data', (chunk) => {
    texts.stdout += chunk;
  });
  task.stderr?.on('data', (chunk) => {
    texts.stderr += chunk;
  });
  return { exit: await task.wait(), ...texts };
}

/** Waits until a process has ended; one that nobody reaped has ended, too. */
export async function isGone(pid: number): Promise<boolean> {
  return waitFor(`the process ${pid} to end`, async () => {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z');
    return stat.slice(stat.lastIndexOf(')')).startsWith(') Z') ? true : undefined;
  });
}
