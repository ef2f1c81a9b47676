import { randomBytes } from 'node:crypto';

import type { Task } from '../../core/documents.ts';
import type { LifecycleOptions } from '../cli-command.ts';
import type { CommandLog } from '../command-log.ts';
import type { Context } from '../context.ts';
import type { DocumentSession } from '../document-session.ts';
import { openSession } from '../lifecycle/session.ts';
import { printError } from '../render/print-error.ts';
import type { EventWriter, RunEvent } from './event-writer.ts';
import { runTask } from './run-task.ts';
import { SignalRelay } from './signal-relay.ts';

/** One `dvdi run`, its command line read and its document accepted. */
export interface RunRequest {
  readonly session: DocumentSession;
  readonly task: Task;
  readonly container: string;
  readonly context: Context;
  readonly options: LifecycleOptions;
  readonly events: EventWriter;
  readonly log: CommandLog;
  readonly killAfterMs: number | null;
}

/** An id for a container that neither the document nor the user names. */
export function inventContainer(): string {
  return `dvdi-${randomBytes(6).toString('hex')}`;
}

/** What becomes of the task; the isolator tells all else. */
function logEvent(told: RunEvent, { log, container }: RunRequest): void {
  if (told.event === 'result') {
    if (told.error !== null) log.write('error', 'run-failed', { container, error: told.error });
  } else if (told.event === 'task-started') {
    log.write('info', told.event, { container, taskPid: told.pid });
  } else if (told.event !== 'findings') {
    const { event, ...fields } = told;
    log.write('info', event, { container, ...fields });
  }
}

/**
 * Sets up what a run needs, runs the task, and prints what failed.
 * @returns the exit code
 */
export async function createRun(request: RunRequest): Promise<number> {
  const { session, context, events, log } = request;
  // Before anything is done: from here on no signal ends this process but through the clean-up.
  const signals = new SignalRelay(() => {});
  const told: EventWriter = {
    ...events,
    write(event) {
      logEvent(event, request);
      events.write(event);
    },
  };
  await using opened = await openSession({ ...session, options: request.options, context, events, log });
  const { isolator, progress } = opened;
  const result = session.redactor.document(
    await runTask({
      isolator,
      container: request.container,
      document: session.document.bytes,
      kind: session.kind,
      task: request.task,
      signals,
      events: told,
      progress,
      killAfterMs: request.killAfterMs,
    }),
  );
  progress.close();
  told.write(result);
  if (result.error !== null && !request.options.json) printError(result.error, false, context);
  // The relay stays: a signal that comes in the last moment must not end the process with another code.
  return result.exitCode;
}
