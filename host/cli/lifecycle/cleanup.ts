import type { Plan } from '../../core/documents.ts';
import { printableJson, printableText } from '../../system/printable-text.ts';
import type { LifecycleOptions } from '../cli-command.ts';
import { type CommandLog, withLog } from '../command-log.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { requireMountRights } from '../run/mount-rights.ts';
import { acceptPolicy, nothingSecret } from './policy-refusal.ts';
import { openSession } from './session.ts';

function outcome({ container, steps }: Plan): string {
  const held = steps.some(({ action }) => action !== 'forget');
  return `${printableText(container)}: ${held ? 'cleaned up' : 'held nothing that only it used'}`;
}

/**
 * Releases what a container holds, and prints that it did. After that, releases are tried again that failed before:
 * they are not this container's, and whoever waits for the answer has it already.
 * @returns the exit code
 */
export async function cleanUpContainer(
  container: string,
  options: LifecycleOptions,
  context: Context,
): Promise<number> {
  return withLog('cleanup', options, context, (log) => carryOut(container, options, context, log));
}

async function carryOut(
  container: string,
  options: LifecycleOptions,
  context: Context,
  log: CommandLog,
): Promise<number> {
  const accepted = await acceptPolicy(options, context, log);
  if (accepted === null) return exitCodes.refused;
  await requireMountRights();
  await using session = await openSession({ ...accepted, redactor: nothingSecret, options, context, log });
  const plan = await session.isolator.cleanup(container);
  context.stdout.line(options.json ? printableJson(plan) : outcome(plan));
  await session.isolator.settle();
  return exitCodes.ok;
}
