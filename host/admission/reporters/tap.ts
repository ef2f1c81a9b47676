import { printableJson, printableText } from '../../system/printable-text.ts';
import type { Report } from '../report.ts';
import { pointsOf, type TestPoint } from './test-points.ts';

/** TAP version 14: one test point a task, its findings in a YAML block below it. */
export function reportTap(report: Report): string {
  return renderTap(pointsOf(report));
}

/** Test points as TAP. */
export function renderTap(points: readonly TestPoint[]): string {
  const plan = points.length === 0 ? '1..0 # SKIP no document' : `1..${points.length}`;
  return ['TAP version 14', plan, ...points.flatMap((point, index) => pointLines(point, index + 1))].join('\n');
}

function pointLines({ group, name, isOk, failure, notes }: TestPoint, number: number): string[] {
  const first = `${isOk ? 'ok' : 'not ok'} ${number} - ${description(group)} ${description(name)}`;
  if (failure === null && notes.length === 0) return [first];
  // Every value is written as JSON, which is YAML that no text can break out of.
  const findings = notes.map((note) => `    - ${printableJson(note)}`);
  return [
    first,
    '  ---',
    ...(failure === null ? [] : [`  message: ${printableJson(failure)}`, '  severity: fail']),
    ...(findings.length === 0 ? [] : ['  findings:', ...findings]),
    '  ...',
  ];
}

/** A `#` would begin a directive such as SKIP. */
function description(text: string): string {
  return printableText(text).replaceAll('\\', '\\\\').replaceAll('#', '\\#');
}
