import { findCases } from '../../admission/cases/case-files.ts';
import { type CaseReport, caseFormats, hasPassed, renderCases } from '../../admission/cases/case-report.ts';
import { type CaseResult, runCase } from '../../admission/cases/case-run.ts';
import { coverageOf } from '../../admission/cases/coverage.ts';
import { createPalette } from '../../system/palette.ts';
import type { TestOptions } from '../commands/test.ts';
import type { Context } from '../context.ts';
import { loadCore } from '../core-session.ts';
import { exitCodes } from '../exit-codes.ts';
import { clockOf } from './clock.ts';
import { readOutputs, writeTarget } from './outputs.ts';

/**
 * `dvdi test`: runs all cases and writes what came of them in every form that was asked for.
 * @returns 0, or 1 when a case failed or too few rules were seen
 * @throws {CaseError | DocumentError} when a file cannot be read or understood: nothing is said then of any case
 */
export async function runTest(
  operands: readonly (string | undefined)[],
  options: TestOptions,
  context: Context,
): Promise<number> {
  const outputs = readOutputs(options.output, options.json, caseFormats);
  const world = {
    core: await loadCore(),
    stdin: context.stdin,
    policy: options.policy ?? null,
    now: clockOf(options.now),
  };
  const results: CaseResult[] = [];
  for (const files of await findCases(operands.filter((operand) => operand !== undefined))) {
    results.push(await runCase(files, world));
  }
  const coverable = new Set(results.flatMap((result) => result.coverable));
  const seen = new Set(results.flatMap((result) => result.seen));
  const coverageMin = options.minCoverage ?? null;
  const report: CaseReport = { results, coverage: coverageOf(coverable, seen), coverageMin };
  for (const target of outputs) {
    const palette = target.file === null ? context.stdout.palette : createPalette(false);
    await writeTarget(target, renderCases(report, target.format, palette, options.quiet === true), context.stdout);
  }
  return hasPassed(report) ? exitCodes.ok : exitCodes.refused;
}
