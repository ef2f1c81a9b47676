import { randomBytes } from 'node:crypto';

import type { Task } from '../../core/documents.ts';
import type { LifecycleOptions } from '../cli-command.ts';
import type { Context } from '../context.ts';
import type { DocumentSession } from '../document-session.ts';
import { openSession } from '../lifecycle/session.ts';
import { printError } from '../render/print-error.ts';
import type { EventWriter } from './event-writer.ts';
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
  readonly killAfterMs: number | null;
}

/** An id for a container that neither the document nor the user names. */
export function inventContainer(): string {
  return `dvdi-${randomBytes(6).toString('hex')}`;
}

/**
 * Sets up what a run needs, runs the task, and prints what failed.
 * @returns the exit code
 */
export async function createRun(request: RunRequest): Promise<number> {
  const { session, context, events } = request;
  // Before anything is done: from here on no signal ends this process but through the clean-up.
  const signals = new SignalRelay(() => {});
  await using opened = await openSession({ ...session, options: request.options, context, events });
  const { isolator, progress } = opened;
  const result = session.redactor.document(
    await runTask({
      isolator,
      container: request.container,
      document: session.document.bytes,
      kind: session.kind,
      task: request.task,
      signals,
      events,
      progress,
      killAfterMs: request.killAfterMs,
    }),
  );
  progress.close();
  events.write(result);
  if (result.error !== null && !request.options.json) printError(result.error, false, context);
  // The relay stays: a signal that comes in the last moment must not end the process with another code.
  return result.exitCode;
}
