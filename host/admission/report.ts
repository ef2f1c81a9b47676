import type { AdmittedTask, Finding, PatchOperation, Rule, Verdict } from '../core/documents.ts';
import type { DocumentError } from './documents/document-error.ts';
import type { Source } from './finding-text.ts';
import type { TextEdit } from './patch/edits.ts';

/** A finding as it is shown: free of secrets, its place in the file as the author wrote it. */
export interface ReportedFinding extends Finding {
  /** Stays the same when lines move (fingerprint.ts). */
  readonly fingerprint: string;
  /** Id of the task that it is about; null when it is about none or the task has none. */
  readonly task: string | null;
}

/** One document and what the core says of it. */
export interface ReportedDocument {
  /** What the user calls the file. */
  readonly file: string;
  /** 1-based position in a file of several documents; null when it is the only one. */
  readonly index: number | null;
  readonly kind: string;
  /** Why this kind was taken. */
  readonly detected: string;
  readonly verdict: Verdict;
  readonly tasks: readonly AdmittedTask[];
  /** In the order of the core. */
  readonly findings: readonly ReportedFinding[];
  readonly findingsLeftOut?: number;
  /** The file as its author wrote it: only shown through `hide`. */
  readonly source: Source;
  /** Takes out of a line of the file what is secret, or may be. */
  readonly hide: (line: string) => string;
  /** What a fix changes in the file's text; null where that cannot be told. */
  readonly editsOf: (patch: readonly PatchOperation[]) => Promise<readonly TextEdit[] | null>;
}

/** What one run has found: the only thing that reporters know. Nothing in it is printable yet. */
export interface Report {
  readonly tool: { readonly name: string; readonly version: string; readonly abi: string };
  /** The clock that exceptions were judged by, RFC 3339 in UTC. */
  readonly now: string;
  /** Null for the built-in defaults. */
  readonly policy: Source | null;
  /** About the policy; under one that is refused no document is checked. */
  readonly policyFindings: readonly ReportedFinding[];
  readonly documents: readonly ReportedDocument[];
  /** Files that could not be checked. */
  readonly failures: readonly DocumentError[];
  /** The worst of all. */
  readonly verdict: Verdict;
  /** From which verdict on the run fails. */
  readonly failOn: 'warn' | 'deny';
  /** What findings were left out because they were known: null when all are shown. */
  readonly since: { readonly base: string; readonly known: number } | null;
  /** The core's catalogue. */
  readonly rules: readonly Rule[];
}

/** Numbers that every summary has. */
export interface Counts {
  readonly documents: number;
  readonly allowed: number;
  readonly warned: number;
  readonly denied: number;
  readonly failures: number;
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
}

/** All findings of a report, the policy's first. */
export function allFindings(report: Report): readonly ReportedFinding[] {
  return [...report.policyFindings, ...report.documents.flatMap(({ findings }) => findings)];
}

/** Counts what a report has. */
export function countReport(report: Report): Counts {
  const verdicts = report.documents.map(({ verdict }) => verdict);
  const severities = allFindings(report).map(({ severity }) => severity);
  const count = <Item>(items: readonly Item[], wanted: Item): number => items.filter((item) => item === wanted).length;
  return {
    documents: verdicts.length,
    allowed: count(verdicts, 'allow'),
    warned: count(verdicts, 'warn'),
    denied: count(verdicts, 'deny'),
    failures: report.failures.length,
    errors: count(severities, 'error'),
    warnings: count(severities, 'warning'),
    infos: count(severities, 'info'),
  };
}
