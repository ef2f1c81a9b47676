import { printableLines, printableText } from '../../system/printable-text.ts';
import type { ErrorReport } from '../error-report.ts';
import type { Palette } from './palette.ts';

/** Codes with a section in the documentation look like this; an errno such as `ENOENT` does not. */
const documentedCode = /^[a-z][a-z0-9-]*$/u;

function causeLines(report: ErrorReport, depth: number): string[] {
  return report.causes.flatMap((cause) => {
    const code = cause.code === 'internal' ? '' : ` [${printableText(cause.code)}]`;
    return [`  ${'  '.repeat(depth)}because: ${printableText(cause.message)}${code}`, ...causeLines(cause, depth + 1)];
  });
}

/**
 * A failure as one block: what failed and its code, what was expected, what was got, what led to it, what to do.
 * All texts are made printable here; secrets must be gone already.
 */
export function renderError(report: ErrorReport, palette: Palette): string {
  const [first = '', ...more] = printableLines(report.message).split('\n');
  const row = (label: string, text: string | null): string[] =>
    text === null ? [] : [`  ${palette.faint(`${label}:`.padEnd(9))} ${printableText(text)}`];
  const explain = documentedCode.test(report.code) && report.code !== 'internal' ? `dvdi explain ${report.code}` : null;
  return [
    `${palette.strong('dvdi:')} ${palette.bad('error')}: ${first} ${palette.faint(`[${printableText(report.code)}]`)}`,
    ...more.map((line) => `  ${line}`),
    ...row('expected', report.expected),
    ...row('got', report.got),
    ...causeLines(report, 0),
    ...row('to do', report.advice),
    ...row('more', explain),
  ].join('\n');
}
