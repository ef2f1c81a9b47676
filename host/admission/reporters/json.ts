import { printableJsonLines } from '../../system/printable-text.ts';
import type { DocumentError } from '../documents/document-error.ts';
import { countReport, type Report, type ReportedDocument } from '../report.ts';

/** Version of the shape below; it grows by fields, and changes only when one means something else. */
export const JSON_REPORT_VERSION = 1;

/** A document as JSON has it. */
export function documentJson(document: ReportedDocument): Record<string, unknown> {
  const { file, index, kind, detected, verdict, tasks, findings, findingsLeftOut } = document;
  return { file, document: index, kind, detected, verdict, tasks, findings, findingsLeftOut };
}

/** A file that could not be checked as JSON has it. */
export function failureJson(failure: DocumentError): Record<string, unknown> {
  const { file, code, message, expected, got, advice, place } = failure;
  return { file, code, message, expected, got, advice, line: place?.line ?? null, column: place?.column ?? null };
}

/** What is said of the run as a whole. */
export function headerJson(report: Report): Record<string, unknown> {
  const { tool, now, policy, policyFindings, failOn, since } = report;
  return { report: JSON_REPORT_VERSION, tool, now, policy: policy?.name ?? null, policyFindings, failOn, since };
}

/** One JSON document with all there is; `--since` reads it again. */
export function reportJson(report: Report): string {
  return printableJsonLines({
    ...headerJson(report),
    verdict: report.verdict,
    counts: countReport(report),
    documents: report.documents.map(documentJson),
    failures: report.failures.map(failureJson),
  });
}
