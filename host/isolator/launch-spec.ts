import type { Plan } from '../core/documents.ts';
import type { Mountpoint } from '../driver/mountpoint.ts';
import type { UserIds } from '../system/user.ts';

/** One bind of a task, with everything that the plan left open filled in. */
export interface PreparedBind {
  readonly source: Pick<Mountpoint, 'path' | 'identity'>;
  readonly target: { readonly within: string | null; readonly path: string };
  readonly recursive: boolean;
  readonly readOnly: boolean;
}

/** What starts a task in its mount namespace; plain data. */
export interface PreparedLaunch {
  readonly newMountNamespace: boolean;
  readonly propagation: 'slave';
  /** In the order in which they are made. */
  readonly binds: readonly PreparedBind[];
  /** The same as argv, for runtimes that take commands only. */
  readonly commands: readonly (readonly string[])[];
}

/** What the parent hands to the launcher. */
export interface LaunchSpec {
  readonly binds: readonly PreparedBind[];
  readonly task: LaunchTask;
}

export interface LaunchTask {
  /** Looked up in the task's own PATH when it has no slash. */
  readonly file: string;
  readonly argv: readonly string[];
  /** The whole environment of the task. */
  readonly environment: Readonly<Record<string, string>>;
  /** Working directory, under the rootfs when there is one. */
  readonly directory: string | null;
  readonly rootfs: string | null;
  /** null for the caller's own user. */
  readonly user: UserIds | null;
}

/** From the parent to the launcher: first the spec, then any number of signals. Each is one line of JSON. */
export type ToLauncher = LaunchSpec | { readonly signal: NodeJS.Signals };

/** From the launcher to the parent. */
export type FromLauncher =
  /** It is in the task's mount namespace and waits for the spec. */
  | { readonly event: 'ready' }
  | { readonly event: 'started'; readonly pid: number }
  /** Nothing of the task ran. */
  | { readonly event: 'failed'; readonly code: LaunchErrorCode; readonly cause: { code: string; message: string } }
  | { readonly event: 'exited'; readonly exitCode: number | null; readonly signal: NodeJS.Signals | null };

/** Why a task did not start, or was lost; every code has its entry in docs/errors.md. */
export type LaunchErrorCode =
  /** The document names nothing to execute. */
  | 'launch-command'
  /** A variable that must not be given on the way into a rootfs. */
  | 'launch-environment'
  /** A volume could not be bound into the task's mount namespace. */
  | 'launch-bind'
  /** The task's file, directory or rootfs is not there, or may not be used. */
  | 'launch-task'
  /** The launcher itself could not start, or ended without a word; a task it had started was ended. */
  | 'launch-lost';

/** Fills in what the steps of a plan have yielded. */
export function resolveLaunch(plan: Plan, mountpoints: ReadonlyMap<number, Mountpoint>): PreparedLaunch {
  const mountpointOf = (step: number): Mountpoint => {
    const mountpoint = mountpoints.get(step);
    if (mountpoint === undefined) throw new Error(`expected step ${step} to have yielded a mountpoint`);
    return mountpoint;
  };
  const binds = plan.launch.binds.map((id): PreparedBind => {
    const step = plan.steps.find((each) => each.id === id);
    if (step?.action !== 'bind') throw new Error(`expected step ${id} to be a bind`);
    const { within, path } = step.target;
    const { path: source, identity } = mountpointOf(step.source);
    return {
      source: { path: source, identity },
      target: { within: typeof within === 'object' && within !== null ? mountpointOf(within.step).path : within, path },
      recursive: step.recursive,
      readOnly: step.readOnly,
    };
  });
  const commands = plan.launch.commands.map((command) =>
    command.map((argument) => (typeof argument === 'string' ? argument : mountpointOf(argument.step).path)),
  );
  const { newMountNamespace, propagation } = plan.launch;
  return { newMountNamespace, propagation, binds, commands };
}
