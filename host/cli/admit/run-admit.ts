import { withoutKnown } from '../../admission/baseline/known-findings.ts';
import { Checker, reportPolicyFindings } from '../../admission/checker.ts';
import { type DocumentError, isDocumentError } from '../../admission/documents/document-error.ts';
import { findDocuments } from '../../admission/documents/paths.ts';
import { documentsOf, readSource } from '../../admission/documents/read.ts';
import type { Report, ReportedDocument } from '../../admission/report.ts';
import { isAtLeast, worstVerdict } from '../../admission/verdict.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { kindId, openPolicy, type PolicySession } from '../document-session.ts';
import { exitCodes } from '../exit-codes.ts';
import { installedVersion } from '../installation.ts';
import type { AdmitOptions } from './admit-options.ts';
import { type Base, openBase } from './base.ts';
import { clockOf } from './clock.ts';
import { fixFile } from './file-fixes.ts';
import { readOutputs, writeReport } from './outputs.ts';
import { createProgressLine } from './progress-line.ts';

/** What came of the files. */
interface Found {
  readonly documents: readonly ReportedDocument[];
  readonly failures: readonly DocumentError[];
  readonly knownCount: number;
  readonly fixedCount: number;
  readonly patches: readonly string[];
}

/** Everything that one file is checked with. */
interface Means {
  readonly checker: Checker;
  readonly base: Base | null;
  readonly options: AdmitOptions;
  readonly context: Context;
}

function refuseUsage(operands: readonly string[], options: AdmitOptions): void {
  const usage = (message: string, expected: string, got: string, advice: string): CliError =>
    new CliError(message, { code: 'cli-usage', expected, got, advice });
  if (options.dryRun && !options.fix) {
    throw usage('there is nothing to try', '--fix beside --dry-run', '--dry-run alone', 'add --fix');
  }
  if (!operands.includes('-')) return;
  if (options.policy === '-') {
    throw usage('documents and policy cannot both come from standard input', '- once', '- twice', 'give one as a file');
  }
  if (options.fix && !options.dryRun) {
    throw usage('standard input cannot be mended', 'files, or --dry-run', '--fix for -', 'write it to a file first');
  }
}

/** Checks one file, after mending it when that is asked for. */
async function checkFile(path: string, means: Means): Promise<Omit<Found, 'failures'>> {
  const { checker, base, options, context } = means;
  const read = await readSource(path, context.stdin);
  const fixed = options.fix ? await fixFile(checker, read.name, read.source, options.dryRun === true) : null;
  const source = fixed?.source ?? read.source;
  const reports = (await documentsOf(read.name, source)).map((it) => checker.report(it, checker.check(it)));
  const known = base === null ? null : await base.known(path, read.source);
  const shown = reports.map((it) => (known === null ? { document: it, knownCount: 0 } : withoutKnown(it, known)));
  return {
    documents: shown.map(({ document }) => document),
    knownCount: shown.reduce((sum, { knownCount }) => sum + knownCount, 0),
    fixedCount: fixed?.count ?? 0,
    patches: fixed === null || fixed.patch === '' ? [] : [fixed.patch],
  };
}

/** Checks all files, one after the other; one that cannot be checked does not keep the others from it. */
async function checkAll(operands: readonly string[], means: Means): Promise<Found> {
  const { paths, failures: missing } = await findDocuments(operands);
  const results: Omit<Found, 'failures'>[] = [];
  const failures = [...missing];
  const progress = createProgressLine(means.context.stderr, paths.length, means.options.quiet === true);
  try {
    for (const path of paths) {
      try {
        results.push(await checkFile(path, means));
      } catch (error) {
        if (!isDocumentError(error)) throw error;
        failures.push(error);
      }
      progress.step();
    }
  } finally {
    progress.close();
  }
  return {
    documents: results.flatMap(({ documents }) => documents),
    failures,
    knownCount: results.reduce((sum, { knownCount }) => sum + knownCount, 0),
    fixedCount: results.reduce((sum, { fixedCount }) => sum + fixedCount, 0),
    patches: results.flatMap(({ patches }) => patches),
  };
}

function createReport(
  session: PolicySession,
  checker: Checker,
  found: Found,
  now: string,
  options: AdmitOptions,
): Report {
  const { name, abi, rules } = checker.description;
  const verdicts = found.documents.map(({ verdict }) => verdict);
  return {
    tool: { name, version: installedVersion(), abi },
    now,
    policy: session.policy,
    policyFindings: reportPolicyFindings(session.policy?.name ?? 'policy', session.policyFindings),
    documents: found.documents,
    failures: found.failures,
    verdict: session.policyRefused ? 'deny' : worstVerdict(verdicts),
    failOn: options.failOn,
    since: options.since === undefined ? null : { base: options.since, known: found.knownCount },
    rules,
  };
}

function exitCodeOf(report: Report): number {
  if (report.failures.length > 0) return exitCodes.usage;
  return isAtLeast(report.verdict, report.failOn) ? exitCodes.refused : exitCodes.ok;
}

/** Only what makes the run fail, for `--quiet`. */
function failingOnly(report: Report): Report {
  const severities = report.failOn === 'warn' ? ['error', 'warning'] : ['error'];
  const failing = <Finding extends { severity: string }>(findings: readonly Finding[]): Finding[] =>
    findings.filter(({ severity }) => severities.includes(severity));
  return {
    ...report,
    policyFindings: failing(report.policyFindings),
    documents: report.documents.map((document) => ({ ...document, findings: failing(document.findings) })),
  };
}

/**
 * `dvdi admit`: checks files under a policy and writes what it found in every form that was asked for.
 * @returns 0, 1 when the verdict is as bad as `--fail-on` says, 2 when a file could not be checked
 */
export async function runAdmit(
  operands: readonly (string | undefined)[],
  options: AdmitOptions,
  context: Context,
): Promise<number> {
  const files = operands.filter((operand) => operand !== undefined);
  refuseUsage(files, options);
  const outputs = readOutputs(options.output, options.json);
  const now = clockOf(options.now);
  const session = await openPolicy(options.policy, context);
  const checker = new Checker(session.core, { kind: await kindId(session.core, options.kind), now });
  const base = options.since === undefined ? null : await openBase(options.since, checker, context);
  const nothing: Found = { documents: [], failures: [], knownCount: 0, fixedCount: 0, patches: [] };
  const found = session.policyRefused ? nothing : await checkAll(files, { checker, base, options, context });
  const report = createReport(session, checker, found, now, options);
  for (const patch of found.patches) context.stdout.line(patch);
  // A patch has stdout for itself, so that it can be piped into a program that applies it.
  const output = options.dryRun ? context.stderr : context.stdout;
  await writeReport(options.quiet ? failingOnly(report) : report, outputs, output);
  if (found.fixedCount > 0 && !options.quiet) {
    const verb = options.dryRun ? 'would be mended' : 'mended';
    context.stderr.line(`dvdi: ${found.fixedCount} ${found.fixedCount === 1 ? 'finding' : 'findings'} ${verb}`);
  }
  return exitCodeOf(report);
}
