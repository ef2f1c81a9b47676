import { InvalidArgumentError } from 'commander';

import {
  type CliCommand,
  type DocumentOptions,
  documentOptions,
  outputOptions,
  pluginDirectoryOption,
} from '../cli-command.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { type DocumentSession, openDocument, printFindings } from '../document-session.ts';
import { exitCodes, runExitCode } from '../exit-codes.ts';

interface RunOptions extends DocumentOptions {
  readonly pluginDir?: readonly string[];
  /** False for `--no-wait`. */
  readonly wait: boolean;
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

/** All findings about policy and document; null when the document may be run. */
async function refusal(session: DocumentSession, options: RunOptions, context: Context): Promise<number | null> {
  const findings = session.redactor.document([...session.policyFindings, ...session.inspection.findings]);
  const refused = session.policyRefused || session.inspection.verdict === 'deny';
  if (refused || options.json !== true) await printFindings(findings, session, context.stderr, options.quiet);
  return refused ? runExitCode(exitCodes.refused) : null;
}

async function carryOut(session: DocumentSession, options: RunOptions, context: Context): Promise<number> {
  const { task } = session.inspection;
  if (task === null) throw noTask();
  const { requireMountRights } = await import('../run/mount-rights.ts');
  await requireMountRights();
  const { createRun, inventContainer } = await import('../run/create-run.ts');
  const container = options.container ?? session.inspection.container ?? inventContainer();
  return createRun({
    session,
    task,
    container,
    context,
    json: options.json === true,
    quiet: options.quiet === true,
    pluginDirectories: options.pluginDir,
    wait: options.wait,
    events: options.events ?? null,
    killAfterMs: options.killAfter === undefined ? null : options.killAfter * 1000,
  });
}

/** `dvdi run FILE`: mounts what a document asks for, runs its task with it, cleans up. */
export const run: CliCommand<RunOptions> = {
  name: 'run',
  define: (command) =>
    pluginDirectoryOption(
      outputOptions(documentOptions(command.description('mount what a document asks for, run its task, clean up'))),
    )
      .option('--no-wait', 'fail at once when a driver cannot be reached, instead of trying again for 15 s')
      .option('--events <file>', 'write events as lines of JSON to this file, or to /dev/fd/N')
      .option('--kill-after <seconds>', 'end the task by force this long after a signal asked it to end', seconds),

  async execute([file = '-'], options, context) {
    const session = await openDocument(file, options, context);
    return (await refusal(session, options, context)) ?? (await carryOut(session, options, context));
  },
};
