import type { Palette } from '../../system/palette.ts';
import { printableText } from '../../system/printable-text.ts';
import type { DocumentError } from '../documents/document-error.ts';
import { type FindingsView, renderFinding } from '../finding-text.ts';
import { allFindings, countReport, type Report, type ReportedFinding } from '../report.ts';
import type { ReportView } from './reporter.ts';

const same = (text: string): string => text;

/**
 * As compilers print: each finding begins with `file:line:column:`, its source line with a caret follows; then files
 * that could not be checked, and one line that counts all.
 */
export function reportText(report: Report, { palette, columns }: ReportView): string {
  const view: FindingsView = {
    document: null,
    policy: report.policy,
    palette,
    columns,
    redact: same,
    redactSource: same,
  };
  const blocks = [
    ...report.policyFindings.map((finding) => renderFinding(finding, view)),
    ...report.documents.flatMap((document) => {
      const own = { ...view, document: document.source, redactSource: document.hide };
      const leftOut = document.findingsLeftOut ?? 0;
      const name = printableText(document.file);
      return [
        ...document.findings.map((finding) => renderFinding(finding, own)),
        ...(leftOut === 0 ? [] : [`${name}: ${leftOut} more findings are not listed`]),
      ];
    }),
    ...report.failures.map((failure) => failureText(failure, palette)),
    summaryText(report),
  ];
  return blocks.join('\n');
}

function failureText(failure: DocumentError, palette: Palette): string {
  const { file, place, message, code, expected, got, advice } = failure;
  const where = [file, ...(place === null ? [] : [place.line, place.column])].join(':');
  const title = palette.strong(`${printableText(where)}:`);
  return [
    `${title} ${palette.bad('error')}: ${printableText(message)} ${palette.faint(`[${code}]`)}`,
    `    expected: ${printableText(expected)}`,
    `    got:      ${printableText(got)}`,
    `    to do:    ${printableText(advice)}`,
  ].join('\n');
}

function summaryText(report: Report): string {
  const counts = countReport(report);
  const verdicts = [
    counted(counts.denied, 'denied'),
    counted(counts.warned, 'with warnings'),
    counted(counts.allowed, 'allowed'),
    counted(counts.failures, 'not checked'),
  ].filter((text) => text !== null);
  const findings = [
    counted(counts.errors, counts.errors === 1 ? 'error' : 'errors'),
    counted(counts.warnings, counts.warnings === 1 ? 'warning' : 'warnings'),
    counted(counts.infos, counts.infos === 1 ? 'remark' : 'remarks'),
  ].filter((text) => text !== null);
  const documents = `${counts.documents} ${counts.documents === 1 ? 'document' : 'documents'}`;
  const parts = [verdicts.join(', '), findings.join(', '), ...sinceText(report), ...fixText(allFindings(report))];
  return `${documents}: ${parts.filter((text) => text !== '').join('; ')}`;
}

function counted(count: number, noun: string): string | null {
  return count === 0 ? null : `${count} ${noun}`;
}

function sinceText({ since }: Report): string[] {
  return since === null ? [] : [`${since.known} known since ${printableText(since.base)} left out`];
}

function fixText(findings: readonly ReportedFinding[]): string[] {
  const count = findings.filter(({ fix }) => fix !== undefined).length;
  return count === 0 ? [] : [`--fix mends ${count}`];
}
