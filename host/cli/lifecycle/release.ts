import type { VolumeId } from '../../core/documents.ts';
import type { Isolator } from '../../isolator/isolator.ts';
import type { Release } from '../../isolator/release.ts';
import { printableJson } from '../../system/printable-text.ts';
import { CliError } from '../cli-error.ts';
import { type CommandLog, withLog } from '../command-log.ts';
import type { ReleaseOptions } from '../commands/release.ts';
import type { Context } from '../context.ts';
import { reportError } from '../error-report.ts';
import { exitCodes } from '../exit-codes.ts';
import { printError } from '../render/print-error.ts';
import { volumeTitle } from '../render/step-title.ts';
import { requireMountRights } from '../run/mount-rights.ts';
import { acceptPolicy, nothingSecret } from './policy-refusal.ts';
import { openSession } from './session.ts';

/** What is to be released. */
type Which = 'due' | 'all' | VolumeId;

function usage(got: string): CliError {
  return new CliError('it is not clear what to release', {
    code: 'cli-usage',
    expected: 'DRIVER NAME, --all or --due; --forget with DRIVER NAME only',
    got,
    advice: '`dvdi ls` shows the volumes, `dvdi release --help` has examples',
  });
}

function choose(driver: string | undefined, name: string | undefined, options: ReleaseOptions): Which {
  if (driver !== undefined && name === undefined) throw usage('a driver without a name');
  const named = driver === undefined || name === undefined ? null : { driver, name };
  const ways = [named !== null, options.all === true, options.due === true].filter((given) => given).length;
  if (ways > 1) throw usage('more than one of them');
  if (options.forget && named === null) throw usage('--forget without a volume');
  return named ?? (options.all ? 'all' : 'due');
}

function unknown(volume: VolumeId): CliError {
  return new CliError('the ledger has no such volume', {
    code: 'cli-unknown-volume',
    expected: 'the driver and the name of a volume that `dvdi ls` shows',
    got: volumeTitle(volume),
    advice: 'it may be released already; check --state-dir',
    exitCode: exitCodes.refused,
  });
}

function inUse(volume: VolumeId): CliError {
  return new CliError('the volume is in use', {
    code: 'cli-volume-in-use',
    expected: 'a volume that no container claims',
    got: volumeTitle(volume),
    advice: '`dvdi ls --containers` shows who uses it; clean that container up, or `dvdi recover`',
    exitCode: exitCodes.refused,
  });
}

/** Throws what stands in the way of a volume that was named. */
function requireFree(volume: VolumeId, outcome: string): void {
  if (outcome === 'not-known') throw unknown(volume);
  if (outcome === 'in-use') throw inUse(volume);
}

async function forget(
  isolator: Isolator,
  volume: VolumeId,
  options: ReleaseOptions,
  context: Context,
): Promise<number> {
  const outcome = await isolator.forgetVolume(volume);
  requireFree(volume, outcome);
  context.stdout.line(options.json ? printableJson({ volume, outcome }) : `${volumeTitle(volume)}: forgotten`);
  return exitCodes.ok;
}

function print(releases: readonly Release[], options: ReleaseOptions, context: Context): void {
  const reports = releases.map((each) => ({ ...each, error: each.error === null ? null : reportError(each.error) }));
  if (options.json) {
    context.stdout.line(printableJson({ releases: reports }));
    return;
  }
  if (reports.length === 0) context.stdout.line('nothing to release');
  for (const { volume, outcome, error } of reports) {
    context.stdout.line(`${volumeTitle(volume)}: ${words[outcome]}`);
    if (error !== null) printError(error, false, context);
  }
}

/** What an outcome is called on the terminal. */
const words: Readonly<Record<Release['outcome'], string>> = {
  released: 'released',
  'in-use': 'in use again',
  'not-known': 'released by another process',
  failed: 'not released',
};

/**
 * Tries to release volumes, and prints what became of each.
 * @returns the exit code
 */
export async function releaseVolumes(
  driver: string | undefined,
  name: string | undefined,
  options: ReleaseOptions,
  context: Context,
): Promise<number> {
  const which = choose(driver, name, options);
  return withLog('release', options, context, (log) => carryOut(which, options, context, log));
}

async function carryOut(which: Which, options: ReleaseOptions, context: Context, log: CommandLog): Promise<number> {
  const accepted = await acceptPolicy(options, context, log);
  if (accepted === null) return exitCodes.refused;
  await requireMountRights();
  await using session = await openSession({ ...accepted, redactor: nothingSecret, options, context, log });
  const { isolator, progress } = session;
  if (typeof which === 'object' && options.forget) return forget(isolator, which, options, context);
  const releases = await isolator.releaseVolumes(typeof which === 'object' ? [which] : which);
  if (typeof which === 'object') requireFree(which, releases[0]?.outcome ?? 'not-known');
  progress.pause();
  print(releases, options, context);
  return releases.some(({ outcome }) => outcome === 'failed') ? exitCodes.uncleaned : exitCodes.ok;
}
