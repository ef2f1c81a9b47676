import { InvalidArgumentError } from 'commander';

import {
  type CliCommand,
  type DocumentOptions,
  documentOptions,
  driverOptions,
  type LifecycleOptions,
  outputOptions,
} from '../cli-command.ts';
import { CliError } from '../cli-error.ts';
import type { CommandLog } from '../command-log.ts';
import type { Context } from '../context.ts';
import { type DocumentSession, openDocument, printFindings } from '../document-session.ts';
import { exitCodes, runExitCode } from '../exit-codes.ts';
import type { EventWriter } from '../run/event-writer.ts';

interface RunOptions extends DocumentOptions, LifecycleOptions {
  readonly events?: string;
  readonly killAfter?: number;
}

function seconds(text: string): number {
  if (!/^\d{1,6}(?:\.\d{1,3})?$/u.test(text)) throw new InvalidArgumentError('expected a number of seconds');
  return Number(text);
}

function noTask(): CliError {
  return new CliError('the document does not say what to execute', {
    code: 'cli-no-task',
    expected: 'a document with a command: a Marathon app with cmd or args, or a Mesos ContainerConfig',
    got: 'a document without one',
    advice: '`dvdi plan` shows what would be mounted; it needs no command',
  });
}

/** Whom a run tells what it does, besides the person who sees the progress. */
interface Outputs {
  readonly events: EventWriter;
  readonly log: CommandLog;
}

function containerOf({ inspection }: DocumentSession, options: RunOptions): string | null {
  return options.container ?? inspection.container;
}

/** Prints the findings about policy and document; the exit code when they refuse it, else null. */
async function refusal(
  session: DocumentSession,
  options: RunOptions,
  { events, log }: Outputs,
  context: Context,
): Promise<number | null> {
  const findings = session.redactor.document([...session.policyFindings, ...session.inspection.findings]);
  if (findings.length > 0) events.write({ event: 'findings', findings });
  if (options.json !== true) await printFindings(findings, session, context.stderr, options.quiet);
  if (!session.policyRefused && session.inspection.verdict !== 'deny') return null;
  log.onEvent({ type: 'refused', container: containerOf(session, options), findings });
  const exitCode = runExitCode(exitCodes.refused);
  events.write({ event: 'result', exitCode, taskExitCode: null, signal: null, error: null });
  return exitCode;
}

async function carryOut(
  session: DocumentSession,
  options: RunOptions,
  { events, log }: Outputs,
  context: Context,
): Promise<number> {
  const { task } = session.inspection;
  if (task === null) throw noTask();
  const { requireMountRights } = await import('../run/mount-rights.ts');
  await requireMountRights();
  const { createRun, inventContainer } = await import('../run/create-run.ts');
  const container = containerOf(session, options) ?? inventContainer();
  return createRun({
    session,
    task,
    container,
    options,
    context,
    events,
    log,
    killAfterMs: options.killAfter === undefined ? null : options.killAfter * 1000,
  });
}

/** `dvdi run FILE`: mounts what a document asks for, runs its task with it, cleans up. */
export const run: CliCommand<RunOptions> = {
  name: 'run',
  define: (command) =>
    driverOptions(
      outputOptions(documentOptions(command.description('mount what a document asks for, run its task, clean up'))),
    )
      .option('--events <file>', 'write events as lines of JSON to this file, or to /dev/fd/N')
      .option('--kill-after <seconds>', 'end the task by force this long after a signal asked it to end', seconds),

  async execute([file = '-'], options, context) {
    const session = await openDocument(file, options, context);
    const { createEventWriter } = await import('../run/event-writer.ts');
    const events = createEventWriter(options.events ?? null, options.json === true, session.redactor, context);
    const { withLog } = await import('../command-log.ts');
    try {
      return await withLog('run', options, context, async (log) => {
        const outputs = { events, log };
        const refused = await refusal(session, options, outputs, context);
        return refused ?? (await carryOut(session, options, outputs, context));
      });
    } finally {
      events.close();
    }
  },
};
