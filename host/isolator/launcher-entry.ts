/**
 * The process that a task is started from: it runs in the task's mount namespace, binds the volumes, becomes the task's
 * user, starts the task and waits for it. It speaks with its parent on fd 3. When the parent is gone, the task goes
 * too.
 */
import { Socket } from 'node:net';
import { closeInheritedFds } from '../system/inherited-fds.ts';
import type { FromLauncher, LaunchSpec, ToLauncher } from './launch-spec.ts';
import { makeBinds } from './launcher-binds.ts';
import { type RunningTask, startTaskProcess } from './launcher-task.ts';
import { LineChannel } from './line-channel.ts';

const CHANNEL_FD = 3;

closeInheritedFds(CHANNEL_FD);

let task: RunningTask | null = null;
let isLaunching = false;
/** Signals that came before there was a task to take them. */
const early: NodeJS.Signals[] = [];

function onMessage(message: ToLauncher): void {
  if ('signal' in message) passOn(message.signal);
  else void launch(message);
}

function passOn(signal: NodeJS.Signals): void {
  if (task === null) early.push(signal);
  else task.signal(signal);
}

async function launch(spec: LaunchSpec): Promise<void> {
  isLaunching = true;
  let code: 'launch-bind' | 'launch-task' = 'launch-bind';
  try {
    await makeBinds(spec.binds);
    code = 'launch-task';
    task = await startTaskProcess(spec.task);
  } catch (error) {
    return channel.finish({ event: 'failed', code, cause: describeError(error) });
  } finally {
    isLaunching = false;
  }
  void channel.send({ event: 'started', pid: task.pid });
  for (const signal of early) task.signal(signal);
  const exit = await task.exit;
  // Signals that come from now on have nobody left to take them.
  task = null;
  await channel.finish({ event: 'exited', ...exit });
}

function describeError(error: unknown): { code: string; message: string } {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'internal';
  return { code, message: error instanceof Error ? error.message : String(error) };
}

/** A task that is just being started gets its SIGKILL when it is there; its exit then ends this process. */
function onParentGone(): void {
  passOn('SIGKILL');
  if (!isLaunching) process.exit();
}

const channel = new LineChannel<FromLauncher, ToLauncher>(new Socket({ fd: CHANNEL_FD }), onMessage, onParentGone);

// Whoever ends this process means the task.
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGQUIT'] as const) process.on(signal, () => passOn(signal));

void channel.send({ event: 'ready' });
