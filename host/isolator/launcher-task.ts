import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { requireDirectory } from '../system/directory-change.ts';
import { MINIMAL_PATH } from '../system/process.ts';
import type { UserIds } from '../system/user.ts';
import type { LaunchTask } from './launch-spec.ts';

export interface TaskExit {
  /** null when a signal ended the task. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RunningTask {
  readonly pid: number;
  readonly exit: Promise<TaskExit>;
  /** Sends a signal to the task and all of its process group. */
  signal(signal: NodeJS.Signals): void;
}

/**
 * Starts the task in a session of its own, with the stdio of this process. This process becomes the task's user for
 * good, so that nothing the task chose (its file, its environment) is ever used with other rights than the task's.
 * @throws when its directory or rootfs cannot be entered, or its file not be executed.
 */
export async function startTaskProcess(task: LaunchTask): Promise<RunningTask> {
  const child = task.rootfs === null ? await startHere(task) : await startInRootfs(task, task.rootfs);
  await once(child, 'spawn');
  const pid = child.pid as number;
  const signal = (name: NodeJS.Signals) => signalGroup(pid, name);
  return { pid, signal, exit: waitForExit(child, pid) };
}

async function startHere({ directory, user, file, argv, environment }: LaunchTask): Promise<ChildProcess> {
  await changeDirectory(directory ?? '/');
  if (user !== null) becomeUser(user, 'and-drop-root');
  const [argv0, ...rest] = argv;
  return spawn(file, rest, { ...optionsWith(environment), ...(argv0 === undefined ? {} : { argv0 }) });
}

/**
 * Node has no chroot: unshare(1) makes it, changes the directory in it and drops the user, in this order, and then
 * executes the task. Until then it runs as root with the task's environment, so variables that lead a program to
 * foreign code were refused before.
 */
async function startInRootfs(task: LaunchTask, rootfs: string): Promise<ChildProcess> {
  const { directory, user, file, argv, environment } = task;
  await changeDirectory(rootfs);
  if (user !== null) becomeUser(user, 'but-keep-root');
  const drop = user === null ? [] : [`--setuid=${user.uid}`];
  const own = ['--root=.', `--wd=${directory ?? '/'}`, ...drop, '--', file, ...argv.slice(1)];
  return spawn('/usr/bin/unshare', own, optionsWith(environment));
}

/** By fd: where others may write, a name could be a link by now. */
async function changeDirectory(path: string): Promise<void> {
  using directory = await requireDirectory({ within: null, path });
  process.chdir(directory.self);
}

function optionsWith(environment: LaunchTask['environment']): SpawnOptions {
  return { env: { PATH: MINIMAL_PATH, ...environment }, stdio: ['inherit', 'inherit', 'inherit'], detached: true };
}

function becomeUser({ uid, gid, groups }: UserIds, root: 'and-drop-root' | 'but-keep-root'): void {
  process.setgroups?.([...groups]);
  process.setgid?.(gid);
  if (root === 'and-drop-root') process.setuid?.(uid);
}

/** What the task left running in its group ends with it: it would keep the volumes busy. */
async function waitForExit(child: ChildProcess, pid: number): Promise<TaskExit> {
  const [exitCode, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  signalGroup(pid, 'SIGKILL');
  return { exitCode, signal };
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left in the group.
  }
}
