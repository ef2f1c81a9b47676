import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Duplex, Readable, Writable } from 'node:stream';
import type { Task } from '../core/documents.ts';
import { MountNamespace } from '../system/mount-namespace.ts';
import { packagePath } from '../system/package-path.ts';
import { MINIMAL_PATH } from '../system/process.ts';
import { LaunchCause, LaunchError } from './launch-error.ts';
import type { FromLauncher, LaunchErrorCode, LaunchSpec, PreparedLaunch, ToLauncher } from './launch-spec.ts';
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
  const task = new LaunchedTask(child, spec, launch.newMountNamespace);
  const timer = setTimeout(() => task.giveUp(), options.startTimeoutMs ?? START_TIMEOUT_MS);
  try {
    const pid = await task.started;
    const { stdin, stdout, stderr } = child;
    return { pid, stdin, stdout, stderr, wait: () => task.exited, kill: (signal) => task.signal(signal) };
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

/**
 * The parent's side of a launcher: what it said so far, and what follows when it falls silent. The launcher runs as the
 * task's user, so the task may stop it or kill it; nothing that ends the task depends on it.
 */
class LaunchedTask {
  readonly #started = Promise.withResolvers<number>();
  readonly #exited = Promise.withResolvers<TaskExit>();
  readonly #child: ChildProcess;
  readonly #channel: LineChannel<ToLauncher, FromLauncher>;
  readonly #spec: LaunchSpec;
  readonly #hasNamespace: boolean;
  #namespace: MountNamespace | null = null;
  #pid: number | null = null;
  #hasEnded = false;

  constructor(child: ChildProcess, spec: LaunchSpec, hasNamespace: boolean) {
    this.#child = child;
    this.#spec = spec;
    this.#hasNamespace = hasNamespace;
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

  signal(signal: NodeJS.Signals): void {
    if (this.#hasEnded) return;
    // Done from here: the task may have stopped its launcher.
    if (signal === 'SIGKILL') this.#killTask();
    else void this.#channel.send({ signal });
    this.#child.kill('SIGCONT');
  }

  giveUp(): void {
    this.#child.kill('SIGKILL');
    this.#fail(new LaunchError('launch-lost', 'the launcher was ended: it took too long to start the task'));
    this.#channel.close();
  }

  #onMessage(message: FromLauncher): void {
    switch (message.event) {
      case 'ready':
        // Before anything of the task runs that could kill the launcher and hide.
        if (this.#hasNamespace) this.#namespace = MountNamespace.of(this.#child.pid as number);
        void this.#channel.send(this.#spec);
        break;
      case 'started':
        this.#pid = message.pid;
        this.#started.resolve(message.pid);
        break;
      case 'failed':
        this.#fail(new LaunchError(message.code, messageOf(message.code), new LaunchCause(message.cause)));
        break;
      case 'exited':
        // The launcher has ended its group and reaped it: the number may be somebody else's now.
        this.#pid = null;
        this.#end(() => this.#exited.resolve({ exitCode: message.exitCode, signal: message.signal }));
    }
  }

  #onEnd(): void {
    this.#fail(new LaunchError('launch-lost', 'the launcher ended without a word about the task; the task was killed'));
  }

  #fail(error: LaunchError): void {
    this.#end(() => this.#reject(error));
  }

  #reject(error: LaunchError): void {
    this.#started.reject(error);
    this.#exited.reject(error);
  }

  /** Tells of the end when nothing is left that holds the mount namespace, and with it the volumes. */
  #end(tell: () => void): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    void this.#release().then((left) => {
      if (left.length === 0) return tell();
      const text = `processes of the task could not be ended, and hold its volumes: ${left.join(', ')}`;
      this.#reject(new LaunchError('launch-lost', text));
    });
  }

  /** @returns the processes that could not be ended. */
  async #release(): Promise<number[]> {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid !== undefined && exitCode === null && signalCode === null) {
      const exited = once(this.#child, 'exit');
      this.#killTask();
      this.#child.kill('SIGCONT');
      const timer = setTimeout(() => this.#child.kill('SIGKILL'), EXIT_TIMEOUT_MS);
      await exited;
      clearTimeout(timer);
    }
    this.#killTask();
    using namespace = this.#namespace;
    return (await namespace?.endMembers()) ?? [];
  }

  /** The task's group, and who left the group but not the mount namespace. Not the launcher: it knows the end. */
  #killTask(): void {
    if (this.#pid !== null) killGroup(this.#pid);
    this.#namespace?.killMembers(this.#child.pid ?? null);
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
