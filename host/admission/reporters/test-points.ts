import { printableText } from '../../system/printable-text.ts';
import { documentTitle } from '../documents/authored-document.ts';
import { exceptionText } from '../finding-text.ts';
import { isWithin } from '../patch/json-pointer.ts';
import type { Report, ReportedDocument, ReportedFinding } from '../report.ts';

/** One line of what a test point has to say; nothing in it is printable yet. */
export interface PointNote {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
  readonly place: string | null;
  readonly hint: string | null;
}

/** One thing that passed or failed, as test reports have it. Nothing in it is printable yet. */
export interface TestPoint {
  /** What it belongs to: a file. */
  readonly group: string;
  readonly name: string;
  readonly isOk: boolean;
  /** Why it failed, in a sentence; null when it passed. */
  readonly failure: string | null;
  readonly notes: readonly PointNote[];
}

/** One point a task, and one a document for what is about none of its tasks; also for each file not checked. */
export function pointsOf(report: Report): readonly TestPoint[] {
  return [
    ...(report.policyFindings.length === 0
      ? []
      : [point(report, report.policy?.name ?? 'policy', 'policy', report.policyFindings)]),
    ...report.documents.flatMap((document) => documentPoints(report, document)),
    ...report.failures.map(({ file, place, code, message, expected, got, advice }): TestPoint => {
      const where = place === null ? file : `${file}:${place.line}:${place.column}`;
      const note = { code, severity: 'error', message: `expected ${expected}, got ${got}`, place: where, hint: advice };
      return { group: file, name: 'document', isOk: false, failure: message, notes: [note] };
    }),
  ];
}

function documentPoints(report: Report, document: ReportedDocument): TestPoint[] {
  const { file, index, tasks, findings } = document;
  const group = documentTitle({ name: file, index });
  const others = findings.filter(
    ({ pointer }) => pointer === null || !tasks.some((task) => isWithin(pointer, task.pointer)),
  );
  const own = tasks.map((task) => {
    const about = findings.filter(({ pointer }) => pointer !== null && isWithin(pointer, task.pointer));
    return point(report, group, task.id ?? `task ${task.pointer}`, about, file);
  });
  return tasks.length === 0 || others.length > 0 ? [point(report, group, 'document', others, file), ...own] : own;
}

function point(
  { failOn }: Report,
  group: string,
  name: string,
  findings: readonly ReportedFinding[],
  file = group,
): TestPoint {
  const failing = findings.filter(
    ({ severity }) => severity === 'error' || (failOn === 'warn' && severity === 'warning'),
  );
  const failure = failing.length === 0 ? null : failing.map(({ message, code }) => `${message} [${code}]`).join('; ');
  return { group, name, isOk: failure === null, failure, notes: findings.map((finding) => noteOf(finding, file)) };
}

function noteOf(finding: ReportedFinding, file: string): PointNote {
  const { code, severity, message, line, column, hint, exception } = finding;
  const place = line === null ? file : `${file}:${line}:${column ?? 1}`;
  const excuse = exception === undefined ? null : `allowed by an exception: ${exceptionText(exception)}`;
  return { code, severity, message, place, hint: excuse ?? (hint === '' ? null : hint) };
}

/** A note as one line of text. */
export function noteText({ code, severity, message, place, hint }: PointNote): string {
  const where = place === null ? '' : `${printableText(place)}: `;
  const advice = hint === null ? '' : ` (${printableText(hint)})`;
  return `${where}${severity}: ${printableText(message)} [${code}]${advice}`;
}
