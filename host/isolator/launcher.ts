import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Duplex, Readable, Writable } from 'node:stream';
import type { Task } from '../core/documents.ts';
import { packagePath } from '../system/package-path.ts';
import { MINIMAL_PATH } from '../system/process.ts';
import { LaunchCause, LaunchError } from './launch-error.ts';
import type { FromLauncher, LaunchErrorCode, PreparedLaunch, ToLauncher } from './launch-spec.ts';
import type { TaskExit } from './launcher-task.ts';
import { LineChannel } from './line-channel.ts';
import { taskCommand } from './task-command.ts';

/** Binds take some milliseconds each; a network filesystem on the way may hang. */
const START_TIMEOUT_MS = 120_000;

/** After its last word the launcher only has to exit. */
const EXIT_TIMEOUT_MS = 5_000;

/** `inherit`, `ignore`, `pipe`, or an open fd that stays the caller's. */
export type TaskStdio = 'inherit' | 'ignore' | 'pipe' | number;

export interface StartTaskOptions {
  readonly prepared: { readonly launch: PreparedLaunch };
  readonly task: Task;
  /** For stdin, stdout and stderr. Default: `inherit`. */
  readonly stdio?: readonly [TaskStdio, TaskStdio, TaskStdio];
  readonly startTimeoutMs?: number;
}

/** A task that runs. */
export interface TaskHandle {
  readonly pid: number;
  /** null unless `pipe` was asked for. */
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  /** How it ended. @throws {LaunchError} `launch-lost` when that cannot be known. */
  wait(): Promise<TaskExit>;
  /** Sends a signal to the task and all of its process group; nothing happens when it has ended. */
  kill(signal: NodeJS.Signals): void;
}

/**
 * Starts a task in a mount namespace of its own (when anything is bound), with its volumes bound in it. The machine's
 * own mount table never shows those binds. When this process dies, however it does, the task is killed.
 * @throws {LaunchError | UserError} before anything of the task ran.
 */
export async function startTask(options: StartTaskOptions): Promise<TaskHandle> {
  const { launch } = options.prepared;
  const spec = { binds: launch.binds, task: await taskCommand(options.task) };
  const child = spawnLauncher(launch, options.stdio ?? ['inherit', 'inherit', 'inherit']);
  const task = new LaunchedTask(child);
  task.send(spec);
  const timer = setTimeout(() => task.giveUp(), options.startTimeoutMs ?? START_TIMEOUT_MS);
  try {
    const pid = await task.started;
    const { stdin, stdout, stderr } = child;
    return { pid, stdin, stdout, stderr, wait: () => task.exited, kill: (signal) => task.send({ signal }) };
  } finally {
    clearTimeout(timer);
  }
}

function spawnLauncher(launch: PreparedLaunch, stdio: readonly TaskStdio[]): ChildProcess {
  const isSource = import.meta.filename.endsWith('.ts');
  const entry = packagePath(isSource ? 'host/isolator/launcher-entry.ts' : 'build/host/isolator/launcher-entry.js');
  const node = [process.execPath, '--no-warnings', entry];
  const unshare = ['/usr/bin/unshare', '--mount', '--propagation', launch.propagation, '--'];
  const [file, ...argv] = launch.newMountNamespace ? [...unshare, ...node] : node;
  return spawn(file as string, argv, {
    cwd: '/',
    env: { PATH: MINIMAL_PATH, LC_ALL: 'C' },
    stdio: [...stdio, 'pipe'],
    // A terminal's signals are for us: we pass on what we mean to.
    detached: true,
  });
}

/** The parent's side of a launcher: what it said so far, and what follows when it falls silent. */
class LaunchedTask {
  readonly #started = Promise.withResolvers<number>();
  readonly #exited = Promise.withResolvers<TaskExit>();
  readonly #child: ChildProcess;
  readonly #channel: LineChannel<ToLauncher, FromLauncher>;
  #pid: number | null = null;
  #hasEnded = false;

  constructor(child: ChildProcess) {
    this.#child = child;
    const stream = child.stdio[3] as Duplex;
    this.#channel = new LineChannel(
      stream,
      (message: FromLauncher) => this.#onMessage(message),
      () => this.#onEnd(),
    );
    // Nobody need ask how it ended.
    this.exited.catch(() => undefined);
    child.once('error', (cause) => this.#fail(new LaunchError('launch-lost', 'the launcher could not start', cause)));
  }

  get started(): Promise<number> {
    return this.#started.promise;
  }

  get exited(): Promise<TaskExit> {
    return this.#exited.promise;
  }

  send(message: ToLauncher): void {
    void this.#channel.send(message);
  }

  giveUp(): void {
    this.#fail(new LaunchError('launch-lost', 'the launcher was ended: it took too long to start the task'));
    this.#channel.close();
    this.#child.kill('SIGKILL');
  }

  #onMessage(message: FromLauncher): void {
    switch (message.event) {
      case 'started':
        this.#pid = message.pid;
        this.#started.resolve(message.pid);
        break;
      case 'failed':
        this.#fail(new LaunchError(message.code, messageOf(message.code), new LaunchCause(message.cause)));
        break;
      case 'exited':
        this.#hasEnded = true;
        this.#exited.resolve(this.#afterLauncher({ exitCode: message.exitCode, signal: message.signal }));
    }
  }

  /** The mount namespace, and with it the hold on the volumes, lasts as long as the launcher. */
  async #afterLauncher(exit: TaskExit): Promise<TaskExit> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const timer = setTimeout(() => this.#child.kill('SIGKILL'), EXIT_TIMEOUT_MS);
      await once(this.#child, 'exit');
      clearTimeout(timer);
    }
    return exit;
  }

  #onEnd(): void {
    if (this.#hasEnded) return;
    // Its launcher is gone, so nobody else ends the task; it still holds its number, since its volumes are in use.
    if (this.#pid !== null) killGroup(this.#pid);
    this.#fail(new LaunchError('launch-lost', 'the launcher ended without a word about the task; the task was killed'));
  }

  #fail(error: LaunchError): void {
    this.#hasEnded = true;
    this.#started.reject(error);
    this.#exited.reject(error);
  }
}

function messageOf(code: LaunchErrorCode): string {
  return code === 'launch-bind'
    ? 'a volume could not be bound for the task; the task did not run'
    : 'the task could not be started';
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
