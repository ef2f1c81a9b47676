import { printableLines } from '../system/printable-text.ts';
import { readInstalled } from './installation.ts';

/** The section of the documentation about one code. */
export interface ManualEntry {
  readonly code: string;
  /** `finding` for the user's mistakes, `error` for failures of the machine or of a driver. */
  readonly kind: 'finding' | 'error';
  /** Markdown below the heading. */
  readonly text: string;
  /** First sentence of the text, for lists. */
  readonly title: string;
}

const heading = /^## `?([a-z][a-z0-9]*(?:-[a-z0-9]+)*)`?\s*$/u;

/** The first sentence of a text, which may go over several lines. */
function firstSentence(text: string): string {
  const [paragraph = ''] = text.split('\n\n');
  return paragraph.replaceAll('\n', ' ').split(/(?<=[.!?]) /u)[0] ?? '';
}

/** Takes the `## code` sections out of a page; sections with other headings are prose and no entries. */
export function readEntries(markdown: string, kind: ManualEntry['kind']): ManualEntry[] {
  const entries: ManualEntry[] = [];
  let code: string | null = null;
  let lines: string[] = [];
  const close = (): void => {
    if (code === null) return;
    const text = lines.join('\n').trim();
    entries.push({ code, kind, text, title: firstSentence(text) });
  };
  for (const line of markdown.split('\n')) {
    if (/^#{1,2} /u.test(line)) {
      close();
      code = heading.exec(line)?.[1] ?? null;
      lines = [];
    } else lines.push(line);
  }
  close();
  return entries;
}

/** Every code that the documentation explains, sorted. */
export function loadManual(): ManualEntry[] {
  const entries = [
    ...readEntries(readInstalled('docs/findings.md').toString(), 'finding'),
    ...readEntries(readInstalled('docs/errors.md').toString(), 'error'),
  ];
  return entries.sort((left, right) => left.code.localeCompare(right.code, 'en'));
}

/** An entry as text for a terminal. */
export function renderEntry(entry: ManualEntry): string {
  return `${entry.code} (${entry.kind})\n\n${printableLines(entry.text)}`;
}

/** What docs/policy.md says of a field, as text for a terminal. */
export function readPolicySection(field: string): string {
  const page = readInstalled('docs/policy.md').toString();
  const from = page.indexOf(`\n## ${field}\n`);
  if (from === -1) return '';
  const text = page.slice(page.indexOf('\n', from + 1));
  const end = text.search(/^#{1,2} /mu);
  return printableLines((end === -1 ? text : text.slice(0, end)).trim());
}
