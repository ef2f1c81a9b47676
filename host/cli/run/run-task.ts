import type { Task } from '../../core/documents.ts';
import type { Isolator } from '../../isolator/isolator.ts';
import { startTask, type TaskHandle } from '../../isolator/launcher.ts';
import type { TaskExit } from '../../isolator/launcher-task.ts';
import type { Prepared } from '../../isolator/preparing.ts';
import { ownProcess } from '../../isolator/process-record.ts';
import { CliError } from '../cli-error.ts';
import { type ErrorReport, exitCodeOf, leavesMounts, reportError } from '../error-report.ts';
import { exitCodes, runExitCode } from '../exit-codes.ts';
import type { Progress } from '../render/progress.ts';
import { EndedEarlyError } from './ended-early-error.ts';
import type { EventWriter, RunResult } from './event-writer.ts';
import { type SignalRelay, signalExitCode } from './signal-relay.ts';

function taken(container: string): CliError {
  return new CliError('the container is prepared already, by another run or by a runtime', {
    code: 'cli-container-taken',
    expected: 'a container that nobody has yet',
    got: container,
    advice: 'choose another --container; `dvdi recover` mends a run that was killed, `dvdi ls --containers` shows it',
    exitCode: exitCodes.refused,
  });
}

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

/** What was prepared, and the signal that came before the task could start, if one did. */
interface Preparation {
  readonly prepared: Prepared;
  /** Fails when a signal has asked for an end. */
  requireNoSignal(): void;
}

async function prepare(parts: RunParts): Promise<Preparation> {
  const giveUp = new AbortController();
  parts.signals.aim((signal, asksForEnd) => {
    parts.events.write({ event: 'signal', signal });
    if (asksForEnd) giveUp.abort(new EndedEarlyError(signal, 'the task had started'));
  });
  const { isolator, container, document, kind } = parts;
  const prepared = await isolator.prepare(container, document, kind, { signal: giveUp.signal, process: ownProcess() });
  // Another run, or a runtime, has this very container: its volumes are not ours to clean up.
  if (prepared.isRepeated) throw taken(container);
  // A signal may come after the last step: the task must not start then, either.
  return { prepared, requireNoSignal: () => giveUp.signal.throwIfAborted() };
}

/** A signal, and whether it asks for an end. */
type Heard = readonly [NodeJS.Signals, boolean];

/** Hands signals to the task, and ends it by force when it takes too long after it was asked to end. */
function relaySignals(handle: TaskHandle, waiting: readonly Heard[], parts: RunParts): () => void {
  let timer: NodeJS.Timeout | null = null;
  const pass = (signal: NodeJS.Signals, asksForEnd: boolean): void => {
    handle.kill(signal);
    if (asksForEnd && parts.killAfterMs !== null) timer ??= setTimeout(() => handle.kill('SIGKILL'), parts.killAfterMs);
  };
  parts.signals.aim((signal, asksForEnd) => {
    parts.events.write({ event: 'signal', signal });
    pass(signal, asksForEnd);
  });
  for (const [signal, asksForEnd] of waiting) pass(signal, asksForEnd);
  return () => {
    if (timer !== null) clearTimeout(timer);
    // From here on there is only the clean-up, which no signal cuts short.
    parts.signals.aim((signal) => parts.events.write({ event: 'signal', signal }));
  };
}

async function follow({ prepared, requireNoSignal }: Preparation, parts: RunParts): Promise<TaskExit> {
  requireNoSignal();
  // What comes while the task is being started is for the task.
  const waiting: Heard[] = [];
  parts.signals.aim((signal, asksForEnd) => {
    parts.events.write({ event: 'signal', signal });
    waiting.push([signal, asksForEnd]);
  });
  const handle = await startTask({ prepared, task: parts.task });
  const stopRelaying = relaySignals(handle, waiting, parts);
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
  let preparation: Preparation;
  try {
    preparation = await prepare(parts);
  } catch (failure) {
    return { exit: null, failure, cleanupFailure: null };
  } finally {
    parts.progress.pause();
  }
  let exit: TaskExit | null = null;
  let failure: unknown = null;
  try {
    exit = await follow(preparation, parts);
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

function exitCodeOfEnding({ exit, failure, cleanupFailure }: Ending, first: NodeJS.Signals | null): number {
  if (cleanupFailure !== null || leavesMounts(failure)) return runExitCode(exitCodes.uncleaned);
  if (exit?.signal) return signalExitCode(exit.signal);
  if (exit !== null) return exit.exitCode ?? runExitCode(exitCodes.fault);
  return first === null ? runExitCode(exitCodeOf(failure)) : signalExitCode(first);
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
    exitCode: exitCodeOfEnding(ending, parts.signals.first),
    taskExitCode: ending.exit?.exitCode ?? null,
    signal: ending.exit?.signal ?? null,
    error: errorOf(ending),
  };
}
