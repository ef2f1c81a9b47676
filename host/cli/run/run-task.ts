import type { Task } from '../../core/documents.ts';
import type { Isolator, Prepared } from '../../isolator/isolator.ts';
import { startTask, type TaskHandle } from '../../isolator/launcher.ts';
import type { TaskExit } from '../../isolator/launcher-task.ts';
import { type ErrorReport, reportError } from '../error-report.ts';
import { exitCodes, runExitCode } from '../exit-codes.ts';
import type { Progress } from '../render/progress.ts';
import type { EventWriter, RunResult } from './event-writer.ts';
import { type SignalRelay, signalExitCode } from './signal-relay.ts';

/** Everything that one run needs. */
export interface RunParts {
  readonly isolator: Isolator;
  readonly container: string;
  readonly document: Uint8Array;
  readonly kind: number;
  readonly task: Task;
  readonly signals: SignalRelay;
  readonly events: EventWriter;
  readonly progress: Progress;
  /** Time from the first signal that asks for an end to SIGKILL; null for never. */
  readonly killAfterMs: number | null;
}

/** How a run ended, before it is made into an exit code. */
interface Ending {
  readonly exit: TaskExit | null;
  /** Why the task could not be prepared, started or followed. */
  readonly failure: unknown;
  /** Why its volumes could not be released. */
  readonly cleanupFailure: unknown;
}

async function prepare(parts: RunParts): Promise<Prepared> {
  const giveUp = new AbortController();
  parts.signals.aim((signal, asksForEnd) => {
    parts.events.write({ event: 'signal', signal });
    if (asksForEnd) giveUp.abort(new Error(`${signal} came before the task had started`));
  });
  const { isolator, container, document, kind } = parts;
  const prepared = await isolator.prepare(container, document, kind, { signal: giveUp.signal });
  // A signal may have come after the last step: the task must not start then, either.
  if (giveUp.signal.aborted) {
    await isolator.cleanup(container);
    throw giveUp.signal.reason;
  }
  return prepared;
}

/** Hands signals to the task, and ends it by force when it takes too long after it was asked to end. */
function relaySignals(handle: TaskHandle, parts: RunParts): () => void {
  let timer: NodeJS.Timeout | null = null;
  const pass = (signal: NodeJS.Signals, asksForEnd: boolean): void => {
    parts.events.write({ event: 'signal', signal });
    handle.kill(signal);
    if (asksForEnd && parts.killAfterMs !== null) timer ??= setTimeout(() => handle.kill('SIGKILL'), parts.killAfterMs);
  };
  parts.signals.aim(pass);
  // What came while the task was being started is for the task.
  if (parts.signals.first !== null) pass(parts.signals.first, true);
  return () => {
    if (timer !== null) clearTimeout(timer);
    // From here on there is only the clean-up, which no signal cuts short.
    parts.signals.aim((signal) => parts.events.write({ event: 'signal', signal }));
  };
}

async function follow(prepared: Prepared, parts: RunParts): Promise<TaskExit> {
  const handle = await startTask({ prepared, task: parts.task });
  const stopRelaying = relaySignals(handle, parts);
  parts.events.write({ event: 'task-started', pid: handle.pid });
  try {
    const exit = await handle.wait();
    parts.events.write({ event: 'task-ended', ...exit });
    return exit;
  } finally {
    stopRelaying();
  }
}

async function carryOut(parts: RunParts): Promise<Ending> {
  let prepared: Prepared;
  try {
    prepared = await prepare(parts);
  } catch (failure) {
    return { exit: null, failure, cleanupFailure: null };
  } finally {
    parts.progress.pause();
  }
  let exit: TaskExit | null = null;
  let failure: unknown = null;
  try {
    exit = await follow(prepared, parts);
  } catch (error) {
    failure = error;
  }
  try {
    await parts.isolator.cleanup(parts.container);
    return { exit, failure, cleanupFailure: null };
  } catch (cleanupFailure) {
    return { exit, failure, cleanupFailure };
  }
}

/** Whether a failure left something behind: an undo of a failed preparation that failed itself. */
function leftSomething(failure: unknown): boolean {
  const failures = (failure as { failures?: unknown } | null)?.failures;
  return Array.isArray(failures) && failures.some((each: { phase?: unknown }) => each.phase === 'undo');
}

function exitCodeOf({ exit, failure, cleanupFailure }: Ending, first: NodeJS.Signals | null): number {
  if (cleanupFailure !== null || leftSomething(failure)) return runExitCode(exitCodes.uncleaned);
  if (exit?.signal) return signalExitCode(exit.signal);
  if (exit !== null) return exit.exitCode ?? runExitCode(exitCodes.fault);
  if (first !== null) return signalExitCode(first);
  const code = reportError(failure).code;
  if (code === 'refused') return runExitCode(exitCodes.refused);
  return runExitCode(code === 'internal' || code === 'core-fault' ? exitCodes.fault : exitCodes.machine);
}

function errorOf({ failure, cleanupFailure }: Ending): ErrorReport | null {
  if (cleanupFailure !== null) return reportError(cleanupFailure);
  return failure === null ? null : reportError(failure);
}

/** Prepares the container, runs its task to the end, and releases what it held, whatever happens in between. */
export async function runTask(parts: RunParts): Promise<RunResult> {
  const ending = await carryOut(parts);
  return {
    event: 'result',
    exitCode: exitCodeOf(ending, parts.signals.first),
    taskExitCode: ending.exit?.exitCode ?? null,
    signal: ending.exit?.signal ?? null,
    error: errorOf(ending),
  };
}
