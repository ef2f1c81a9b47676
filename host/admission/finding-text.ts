import type { Finding, Severity } from '../core/documents.ts';
import type { Palette } from '../system/palette.ts';
import { printableText } from '../system/printable-text.ts';
import { excerptAt } from './source-excerpt.ts';

/** A text that findings may point into, and what the user calls it. */
export interface Source {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What is needed to show findings to a person. */
export interface FindingsView {
  readonly document: Source | null;
  readonly policy: Source | null;
  readonly palette: Palette;
  readonly columns: number;
  /** Takes secrets out of a text. */
  readonly redact: (text: string) => string;
  /** Takes out of a line of the document what may be one, as well. */
  readonly redactSource: (line: string) => string;
}

const severityOrder: readonly Severity[] = ['error', 'warning', 'info'];

function colored(severity: Severity, palette: Palette): string {
  if (severity === 'error') return palette.bad(severity);
  return severity === 'warning' ? palette.warning(severity) : palette.faint(severity);
}

function sourceOf(finding: Finding, view: FindingsView): Source | null {
  if (finding.in === 'document') return view.document;
  return finding.in === 'policy' ? view.policy : null;
}

function placeText(finding: Finding, source: Source | null): string {
  const parts = [printableText(source?.name ?? finding.in)];
  if (finding.line !== null) parts.push(String(finding.line));
  if (finding.line !== null && finding.column !== null) parts.push(String(finding.column));
  return parts.join(':');
}

function excerptLines(finding: Finding, source: Source | null, view: FindingsView): string[] {
  if (source === null || finding.line === null || finding.column === null) return [];
  const place = { line: finding.line, column: finding.column, length: finding.length ?? 0 };
  const excerpt = excerptAt(source.bytes, place, view.redactSource, view.columns - 4);
  if (excerpt === null) return [];
  return [`    ${excerpt.source}`, `    ${view.palette.bad(excerpt.marker)}`];
}

/**
 * One finding as compilers print them: `file:line:column: severity: message [code]`, the source line with a caret, the
 * hint. Everything that comes from the document is made printable and free of secrets first.
 */
export function renderFinding(finding: Finding, view: FindingsView): string {
  const { palette } = view;
  const source = sourceOf(finding, view);
  const message = printableText(view.redact(finding.message));
  const first =
    `${palette.strong(`${placeText(finding, source)}:`)} ${colored(finding.severity, palette)}: ` +
    `${message} ${palette.faint(`[${finding.code}]`)}`;
  const hint = printableText(view.redact(finding.hint));
  return [
    first,
    ...excerptLines(finding, source, view),
    ...(hint === '' ? [] : [`    hint: ${hint}`]),
    ...(finding.exception === undefined ? [] : [`    allowed by an exception: ${exceptionText(finding.exception)}`]),
  ].join('\n');
}

/** Why the policy lets a finding pass, and until when; printable. */
export function exceptionText({ reason, expires }: NonNullable<Finding['exception']>): string {
  return printableText(reason) + (expires === null ? '' : ` (until ${printableText(expires)})`);
}

/** All findings in the order of the document, and a last line that counts them; empty when there are none. */
export function renderFindings(findings: readonly Finding[], view: FindingsView): string {
  if (findings.length === 0) return '';
  return `${findings.map((finding) => renderFinding(finding, view)).join('\n')}\n${countFindings(findings)}`;
}

/** For example `2 errors, 1 warning`. */
export function countFindings(findings: readonly Finding[]): string {
  const nouns: Record<Severity, string> = { error: 'error', warning: 'warning', info: 'remark' };
  return severityOrder
    .map((severity) => ({ severity, count: findings.filter((finding) => finding.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => `${count} ${nouns[severity]}${count === 1 ? '' : 's'}`)
    .join(', ');
}
