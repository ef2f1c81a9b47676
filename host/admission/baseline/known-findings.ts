import type { AdmittedTask } from '../../core/documents.ts';
import { isWithin } from '../patch/json-pointer.ts';
import type { ReportedDocument } from '../report.ts';
import { verdictOf } from '../verdict.ts';

/** A document without the findings that were known, and how many these are; its verdicts are of those that are left. */
export function withoutKnown(
  document: ReportedDocument,
  known: ReadonlySet<string>,
): { readonly document: ReportedDocument; readonly knownCount: number } {
  const findings = document.findings.filter(({ fingerprint }) => !known.has(fingerprint));
  const tasks = document.tasks.map((task): AdmittedTask => {
    const own = findings.filter(({ pointer }) => pointer !== null && isWithin(pointer, task.pointer));
    return { ...task, verdict: verdictOf(own) };
  });
  return {
    document: { ...document, findings, tasks, verdict: verdictOf(findings) },
    knownCount: document.findings.length - findings.length,
  };
}
