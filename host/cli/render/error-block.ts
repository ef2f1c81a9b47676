import type { Palette } from '../../system/palette.ts';
import { printableLines, printableText } from '../../system/printable-text.ts';
import type { ErrorReport } from '../error-report.ts';

/** Codes with a section in the documentation look like this; an errno such as `ENOENT` does not. */
function isDocumented(code: string): boolean {
  return /^[a-z][a-z0-9-]*$/u.test(code) && code !== 'internal';
}

/** What led to it, each level further in; a cause that says again what stands above it is left out. */
function causeLines(report: ErrorReport, depth: number): string[] {
  return report.causes.flatMap((cause) => {
    if (report.message.includes(cause.message)) return causeLines(cause, depth);
    const code = cause.code === 'internal' ? '' : ` [${printableText(cause.code)}]`;
    return [`  ${'  '.repeat(depth)}because: ${printableText(cause.message)}${code}`, ...causeLines(cause, depth + 1)];
  });
}

/** The code that says most: that of the innermost reason that the documentation knows. */
function tellingCode(report: ErrorReport): string | null {
  const [first] = report.causes;
  const inner = first === undefined ? null : tellingCode(first);
  return inner ?? (isDocumented(report.code) ? report.code : null);
}

/**
 * A failure as one block: what failed and its code, what was expected, what was got, what led to it, what to do.
 * All texts are made printable here; secrets must be gone already.
 */
export function renderError(report: ErrorReport, palette: Palette): string {
  const [first = '', ...more] = printableLines(report.message).split('\n');
  const row = (label: string, text: string | null): string[] =>
    text === null ? [] : [`  ${palette.faint(`${label}:`.padEnd(9))} ${printableText(text)}`];
  const code = tellingCode(report);
  return [
    `${palette.strong('dvdi:')} ${palette.bad('error')}: ${first} ${palette.faint(`[${printableText(report.code)}]`)}`,
    ...more.map((line) => `  ${line}`),
    ...row('expected', report.expected),
    ...row('got', report.got),
    ...causeLines(report, 0),
    ...row('to do', report.advice),
    ...row('more', code === null ? null : `dvdi explain ${code}`),
  ].join('\n');
}
