import { randomBytes } from 'node:crypto';

import type { Task } from '../../core/documents.ts';
import { createPluginDriver } from '../../driver/plugin/plugin-driver.ts';
import { Isolator } from '../../isolator/isolator.ts';
import type { Context } from '../context.ts';
import type { DocumentSession } from '../document-session.ts';
import { pluginDirectories } from '../plugin-directories.ts';
import { printError } from '../render/print-error.ts';
import { createLiveProgress, createPlainProgress, type Progress, silentProgress } from '../render/progress.ts';
import type { EventWriter } from './event-writer.ts';
import { runTask } from './run-task.ts';
import { SignalRelay } from './signal-relay.ts';
import { showSteps } from './step-progress.ts';

/** One `dvdi run`, its command line read and its document accepted. */
export interface RunRequest {
  readonly session: DocumentSession;
  readonly task: Task;
  readonly container: string;
  readonly context: Context;
  readonly json: boolean;
  readonly quiet: boolean;
  /** `--plugin-dir`; undefined for Docker's own. */
  readonly pluginDirectories: readonly string[] | undefined;
  /** Whether a plugin that cannot be reached is waited for. */
  readonly wait: boolean;
  readonly events: EventWriter;
  readonly killAfterMs: number | null;
}

/** An id for a container that neither the document nor the user names. */
export function inventContainer(): string {
  return `dvdi-${randomBytes(6).toString('hex')}`;
}

async function createProgress({ json, quiet, context }: RunRequest): Promise<Progress> {
  if (json || quiet) return silentProgress;
  return context.stderr.terminal ? createLiveProgress(context.stderr) : createPlainProgress(context.stderr);
}

/**
 * Sets up what a run needs, runs the task, and prints what failed.
 * @returns the exit code
 */
export async function createRun(request: RunRequest): Promise<number> {
  const { session, context, events } = request;
  // Before anything is done: from here on no signal ends this process but through the clean-up.
  const signals = new SignalRelay(() => {});
  const progress = await createProgress(request);
  const show = showSteps(progress);
  try {
    const isolator = await Isolator.create({
      core: session.core,
      drivers: {
        plugin: createPluginDriver({
          directories: pluginDirectories(request.pluginDirectories),
          wait: request.wait,
          notice: (text) => progress.note(text),
        }),
      },
      onEvent: (event) => {
        events.step(event);
        show(event);
      },
    });
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
    if (result.error !== null && !request.json) printError(result.error, false, context);
    return result.exitCode;
  } finally {
    progress.close();
    // The relay stays: a signal that comes in the last moment must not end the process with another code.
  }
}
