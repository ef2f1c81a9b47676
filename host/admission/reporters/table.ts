import { renderTable } from '../../system/table.ts';
import { documentTitle } from '../documents/authored-document.ts';
import { isWithin } from '../patch/json-pointer.ts';
import type { Report, ReportedDocument } from '../report.ts';
import type { ReportView } from './reporter.ts';

const HEADINGS = ['FILE', 'TASK', 'VERDICT', 'ERRORS', 'WARNINGS', 'REMARKS', 'VOLUMES'];

/** One row a task, or a document that has none: for an overview of many files. */
export function reportTable(report: Report, { palette }: ReportView): string {
  const rows = [
    ...(report.policyFindings.length === 0
      ? []
      : [[report.policy?.name ?? 'policy', '', policyVerdict(report), ...countsOf(report.policyFindings), '']]),
    ...report.documents.flatMap(documentRows),
    ...report.failures.map(({ file, code }) => [file, '', `not checked: ${code}`, '', '', '', '']),
  ];
  return renderTable(HEADINGS, rows, palette);
}

function policyVerdict({ policyFindings }: Report): string {
  return policyFindings.some(({ severity }) => severity === 'error') ? 'deny' : 'warn';
}

function documentRows(document: ReportedDocument): string[][] {
  const file = documentTitle({ name: document.file, index: document.index });
  if (document.tasks.length === 0) return [[file, '', document.verdict, ...countsOf(document.findings), '']];
  const rows = document.tasks.map((task) => {
    const own = document.findings.filter(({ pointer }) => pointer !== null && isWithin(pointer, task.pointer));
    const volumes = task.volumes.map(({ driver, name }) => `${driver}/${name}`).join(' ');
    return [file, task.id ?? task.pointer, task.verdict, ...countsOf(own), volumes];
  });
  const others = document.findings.filter(
    ({ pointer }) => pointer === null || !document.tasks.some((task) => isWithin(pointer, task.pointer)),
  );
  return others.length === 0 ? rows : [[file, '', document.verdict, ...countsOf(others), ''], ...rows];
}

function countsOf(findings: readonly { readonly severity: string }[]): string[] {
  return ['error', 'warning', 'info'].map((wanted) =>
    String(findings.filter(({ severity }) => severity === wanted).length),
  );
}
