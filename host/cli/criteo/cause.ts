import type { Finding } from '../../core/documents.ts';
import { printableText } from '../../system/printable-text.ts';
import type { Redactor } from '../../system/redaction.ts';
import { type ErrorReport, reportError } from '../error-report.ts';

/** Mesos puts the text into the status of the task: a person reads it, and masters keep many. */
const lengthMax = 2000;

function place({ line, column }: Finding): string {
  return line === null ? '' : ` at ${line}${column === null ? '' : `:${column}`}`;
}

/** What refuses a document, on one line. */
export function causeOfRefusal(findings: readonly Finding[], redactor: Redactor): string {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const texts = errors.map((finding) => `${finding.message} [${finding.code}]${place(finding)}; ${finding.hint}`);
  return printableText(redactor.text(`refused: ${texts.join(' | ')}`), lengthMax);
}

/** What led to it; a cause that says again what was said already is left out. */
function reasons({ message, causes }: ErrorReport): string[] {
  return causes.flatMap((cause) => (message.includes(cause.message) ? reasons(cause) : [sentence(cause)]));
}

function sentence(report: ErrorReport): string {
  const { code, message, expected, got, advice } = report;
  const because = reasons(report);
  const details = [
    expected === null ? '' : `; expected ${expected}`,
    got === null ? '' : `; got ${got}`,
    because.length === 0 ? '' : `; because ${because.join(' and ')}`,
    advice === null ? '' : `; to do: ${advice}`,
  ];
  return `${message} [${code}]${details.join('')}`;
}

/** Why something failed, with what led to it, on one line. */
export function causeOfFailure(error: unknown, redactor: Redactor): string {
  return printableText(redactor.text(sentence(reportError(error))), lengthMax);
}
