import type { Palette } from '../../system/palette.ts';
import { printableJsonLines, printableText } from '../../system/printable-text.ts';
import { renderJunit } from '../reporters/junit.ts';
import { renderTap } from '../reporters/tap.ts';
import type { TestPoint } from '../reporters/test-points.ts';
import type { CaseResult } from './case-run.ts';
import type { Coverage } from './coverage.ts';

/** What a run of cases has found. */
export interface CaseReport {
  readonly results: readonly CaseResult[];
  readonly coverage: Coverage;
  /** What the coverage has to be, in percent; null when nothing was asked for. */
  readonly coverageMin: number | null;
}

/** Formats of `dvdi test`. */
export const caseFormats: readonly string[] = ['text', 'json', 'tap', 'junit'];

/** Whether all cases passed, and enough rules were seen. */
export function hasPassed({ results, coverage, coverageMin }: CaseReport): boolean {
  return results.every(({ isOk }) => isOk) && !isBelow(coverage, coverageMin);
}

function isBelow({ percent }: Coverage, coverageMin: number | null): boolean {
  return coverageMin !== null && percent < coverageMin;
}

/**
 * Writes a report of cases in one of its formats.
 * @param quiet text only: leave out what passed
 */
export function renderCases(report: CaseReport, format: string, palette: Palette, quiet: boolean): string {
  switch (format) {
    case 'json':
      return casesJson(report);
    case 'tap':
      return renderTap(pointsOf(report));
    case 'junit':
      return renderJunit('dvdi test', pointsOf(report));
    default:
      return casesText(report, palette, quiet);
  }
}

/** How a case differs from what it expects, as lines of a diff: `-` is expected, `+` is what came. */
export function differenceLines(result: CaseResult): readonly string[] {
  const { expected, verdict, missing, unexpected } = result;
  return [
    ...(expected.verdict === verdict ? [] : [`- verdict ${expected.verdict}`, `+ verdict ${verdict}`]),
    ...missing.map(({ code, severity, pointer, line }) => {
      const parts = [severity, pointer, line === undefined ? undefined : `line ${line}`].filter(
        (it) => it !== undefined,
      );
      return `- ${[code, ...parts].join(' ')}`;
    }),
    ...unexpected.map(({ code, severity, pointer, line, message }) => {
      const place = [pointer === '' ? null : pointer, line === null ? null : `line ${line}`].filter(
        (it) => it !== null,
      );
      return `+ ${[code, severity, ...place].join(' ')}: ${message}`;
    }),
  ].map((line) => printableText(line));
}

function casesText(report: CaseReport, palette: Palette, quiet: boolean): string {
  const lines = report.results.flatMap((result) => {
    const title = result.expected.title === null ? '' : ` ${palette.faint(printableText(result.expected.title))}`;
    const name = printableText(result.name);
    if (result.isOk) return quiet ? [] : [`${palette.good('ok')}      ${name}${title}`];
    const color = (line: string): string => (line.startsWith('-') ? palette.bad(line) : palette.good(line));
    const changes = differenceLines(result).map((line) => `          ${color(line)}`);
    return [`${palette.bad('failed')}  ${name}${title}`, ...changes];
  });
  return [...lines, summaryText(report)].join('\n');
}

function summaryText({ results, coverage, coverageMin }: CaseReport): string {
  const failed = results.filter(({ isOk }) => !isOk).length;
  const all = coverage.covered.length + coverage.uncovered.length;
  const noun = results.length === 1 ? 'case' : 'cases';
  const cases = `${results.length} ${noun}: ${results.length - failed} passed, ${failed} failed`;
  const summary = `${cases}; ${coverage.covered.length} of ${all} rules seen, ${coverage.percent} %`;
  if (!isBelow(coverage, coverageMin)) return summary;
  return `${summary}, expected ${coverageMin} %\nnot seen: ${coverage.uncovered.join(', ')}`;
}

function casesJson(report: CaseReport): string {
  const { results, coverage, coverageMin } = report;
  return printableJsonLines({
    passed: hasPassed(report),
    cases: results.map(({ name, document, policy, isOk, expected, verdict, missing, unexpected }) => ({
      ...{ name, document, policy, passed: isOk, expected, verdict, missing, unexpected },
    })),
    coverage: { ...coverage, min: coverageMin },
  });
}

function pointsOf({ results, coverage, coverageMin }: CaseReport): readonly TestPoint[] {
  const cases = results.map((result): TestPoint => {
    const failure = result.isOk ? null : differenceLines(result).join('; ');
    const notes = result.unexpected.map(({ code, severity, message, line, column }) => ({
      ...{ code, severity, message, hint: null },
      place: line === null ? result.document : `${result.document}:${line}:${column ?? 1}`,
    }));
    return { group: result.document, name: result.expected.title ?? result.name, isOk: result.isOk, failure, notes };
  });
  if (coverageMin === null) return cases;
  const isOk = !isBelow(coverage, coverageMin);
  const failure = isOk
    ? null
    : `${coverage.percent} % of the rules, expected ${coverageMin} %: ${coverage.uncovered.join(', ')}`;
  return [...cases, { group: 'coverage', name: `at least ${coverageMin} %`, isOk, failure, notes: [] }];
}
