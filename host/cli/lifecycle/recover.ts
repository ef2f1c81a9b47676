import type { Source } from '../../admission/finding-text.ts';
import type { Isolator, Recovered } from '../../isolator/isolator.ts';
import { printableJson } from '../../system/printable-text.ts';
import { CliError } from '../cli-error.ts';
import { type CommandLog, withLog } from '../command-log.ts';
import type { RecoverOptions } from '../commands/recover.ts';
import type { Context } from '../context.ts';
import { reportError } from '../error-report.ts';
import { exitCodes } from '../exit-codes.ts';
import { readInput } from '../input.ts';
import { printError } from '../render/print-error.ts';
import { renderRecovery } from '../render/recovery.ts';
import { requireMountRights } from '../run/mount-rights.ts';
import { readAgentDirectory } from '../runtime/agent-directory.ts';
import { type ContainerList, readContainerList, readOrphans } from '../runtime/container-list.ts';
import { acceptPolicy, nothingSecret } from './policy-refusal.ts';
import { openSession } from './session.ts';

/** 100,000 containers as Mesos describes them in its recovery, 600 bytes each. */
const listSizeMaxBytes = 64 * 1024 * 1024;

function usage(expected: string, got: string, advice: string): CliError {
  return new CliError('it is not said which containers run', { code: 'cli-usage', expected, got, advice });
}

/** Where the list of containers comes from: exactly one of the two options says it. */
function requireSource({ running, orphans, criteo }: RecoverOptions): void {
  const advice = 'an empty list of running containers is []; `dvdi recover --help` has examples';
  if (running === undefined && criteo === undefined)
    throw usage('--running FILE or --criteo DIRECTORY', 'none', advice);
  if (running !== undefined && criteo !== undefined) throw usage('--running or --criteo', 'both', advice);
  if (running === '-' && orphans === '-') throw usage('- for one file', '- twice', 'give one of them as a file');
}

/** Containers as `Isolator.recover` takes them. */
type Containers = ContainerList & { readonly judged?: ReadonlySet<string> };

async function read(file: string, context: Context): Promise<Source> {
  return readInput(file, 'list of containers', context.stdin, listSizeMaxBytes);
}

async function addOrphans<List extends ContainerList>(
  list: List,
  file: string | undefined,
  context: Context,
): Promise<List> {
  if (file === undefined) return list;
  return { ...list, orphans: [...list.orphans, ...readOrphans(await read(file, context))] };
}

async function readFiles({ running = '', orphans }: RecoverOptions, context: Context): Promise<Containers> {
  return addOrphans(readContainerList(await read(running, context)), orphans, context);
}

/** The ledger is looked at before the agent: whoever comes into it from then on was not known, and is not gone. */
async function askAgent(options: RecoverOptions, isolator: Isolator, context: Context): Promise<Containers> {
  const { containers } = await isolator.list();
  const judged = new Set(containers.map(({ container }) => container));
  return addOrphans({ ...(await readAgentDirectory(options.criteo ?? '')), judged }, options.orphans, context);
}

function print({ plan, failures, imported }: Recovered, options: RecoverOptions, context: Context): void {
  const dryRun = options.dryRun === true;
  if (options.json) {
    context.stdout.line(
      printableJson({ dryRun, plan, imported, failures: failures.map((error) => reportError(error)) }),
    );
    return;
  }
  context.stdout.line(renderRecovery(plan, failures, dryRun, context.stdout.palette));
  for (const failure of failures) printError(reportError(failure), false, context);
}

/**
 * Releases what no running container uses, and prints what has become of each volume.
 * @returns the exit code
 */
export async function recoverVolumes(options: RecoverOptions, context: Context): Promise<number> {
  requireSource(options);
  return withLog('recover', options, context, (log) => carryOut(options, context, log));
}

async function carryOut(options: RecoverOptions, context: Context, log: CommandLog): Promise<number> {
  const accepted = await acceptPolicy(options, context, log);
  if (accepted === null) return exitCodes.refused;
  const fromFiles = options.criteo === undefined ? await readFiles(options, context) : null;
  await requireMountRights();
  await using session = await openSession({ ...accepted, redactor: nothingSecret, options, context, log });
  const containers = fromFiles ?? (await askAgent(options, session.isolator, context));
  const recovered = await session.isolator.recover({ ...containers, dryRun: options.dryRun === true });
  session.progress.pause();
  print(recovered, options, context);
  return recovered.failures.length === 0 ? exitCodes.ok : exitCodes.uncleaned;
}
