import { printableJson } from '../../system/printable-text.ts';
import { countReport, type Report } from '../report.ts';
import { documentJson, failureJson, headerJson } from './json.ts';

/** One JSON document a line: `run`, then each `document` and `failure`, and `summary` as the last. */
export function reportNdjson(report: Report): string {
  return [
    { type: 'run', ...headerJson(report) },
    ...report.documents.map((document) => ({ type: 'document', ...documentJson(document) })),
    ...report.failures.map((failure) => ({ type: 'failure', ...failureJson(failure) })),
    { type: 'summary', verdict: report.verdict, counts: countReport(report) },
  ]
    .map(printableJson)
    .join('\n');
}
