import { closeSync, openSync, writeSync } from 'node:fs';

import type { Finding } from '../../core/documents.ts';
import { type IsolatorEvent, isStepEvent } from '../../isolator/isolator-event.ts';
import { printableJson } from '../../system/printable-text.ts';
import type { Redactor } from '../../system/redaction.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { type ErrorReport, reportError } from '../error-report.ts';

/** What `dvdi run --json` tells besides the steps. */
export type RunEvent =
  | { readonly event: 'findings'; readonly findings: readonly Finding[] }
  | { readonly event: 'task-started'; readonly pid: number }
  | { readonly event: 'signal'; readonly signal: NodeJS.Signals }
  | { readonly event: 'task-ended'; readonly exitCode: number | null; readonly signal: NodeJS.Signals | null }
  | RunResult;

/** The last event. */
export interface RunResult {
  readonly event: 'result';
  /** What `dvdi run` ends with. */
  readonly exitCode: number;
  /** The task's own exit code; null when it never started or a signal ended it. */
  readonly taskExitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly error: ErrorReport | null;
}

/** Writes events as lines of JSON. */
export interface EventWriter {
  write(event: RunEvent): void;
  step(event: IsolatorEvent): void;
  close(): void;
}

/** An event of the isolator as plain data: steps by id and action, errors as reports. */
function plainEvent(event: IsolatorEvent): object {
  const error = 'error' in event ? { error: event.error === null ? null : reportError(event.error) } : {};
  const { type, ...fields } = event;
  if (!isStepEvent(event)) return { event: type, ...fields, ...error };
  const { container, phase, step } = event;
  const base = { event: type, container, phase, step: step.id, action: step.action };
  if (event.type === 'step-started') return base;
  const { durationMs } = event;
  return event.type === 'step-done' ? { ...base, durationMs, note: event.note } : { ...base, durationMs, ...error };
}

function openTarget(file: string): number {
  try {
    return openSync(file, 'a', 0o600);
  } catch (cause) {
    throw new CliError('cannot write the events', {
      code: 'cli-input',
      expected: 'a file that can be written, or a descriptor such as /dev/fd/3',
      got: `${file}: ${(cause as NodeJS.ErrnoException).code ?? String(cause)}`,
      advice: 'check the path and the rights of its directory',
      cause,
    });
  }
}

const silent: EventWriter = { write() {}, step() {}, close() {} };

/**
 * Makes the writer that the options ask for.
 * @param file `--events`; null for stderr when `json` is set, and for no events at all when it is not
 * @throws {CliError} `cli-input` when the file cannot be written
 */
export function createEventWriter(
  file: string | null,
  json: boolean,
  redactor: Redactor,
  context: Context,
): EventWriter {
  if (file === null && !json) return silent;
  const fd = file === null ? null : openTarget(file);
  const write = (event: object): void => {
    // Events may be read on a terminal: JSON leaves C1 escapes and bidirectional overrides as they are.
    const line = printableJson(redactor.document(event));
    // Written at once, so that the last line is there even when this process is killed next.
    if (fd === null) context.stderr.line(line);
    else writeSync(fd, `${line}\n`);
  };
  return {
    write,
    step: (event) => write(plainEvent(event)),
    close: () => {
      if (fd !== null) closeSync(fd);
    },
  };
}
