import { printableText } from '../../system/printable-text.ts';
import type { Report } from '../report.ts';
import { noteText, pointsOf, type TestPoint } from './test-points.ts';

/** JUnit's XML as Jenkins and GitLab read it: a suite for each file, a test case for each task. */
export function reportJunit(report: Report): string {
  return renderJunit('dvdi admit', pointsOf(report));
}

/** Test points as JUnit's XML. */
export function renderJunit(name: string, points: readonly TestPoint[]): string {
  const groups = Map.groupBy(points, ({ group }) => group);
  const failures = points.filter(({ isOk }) => !isOk).length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name, tests: points.length, failures, errors: 0, time: 0 })}>`,
    ...[...groups].flatMap(([group, own]) => suiteLines(group, own)),
    '</testsuites>',
  ].join('\n');
}

function suiteLines(group: string, points: readonly TestPoint[]): string[] {
  const failures = points.filter(({ isOk }) => !isOk).length;
  const counts = { tests: points.length, failures, errors: 0, skipped: 0, time: 0 };
  return [`  <testsuite${attributes({ name: group, ...counts })}>`, ...points.flatMap(caseLines), '  </testsuite>'];
}

function caseLines({ group, name, failure, notes }: TestPoint): string[] {
  const head = `    <testcase${attributes({ name, classname: group, time: 0 })}`;
  const text = escapeXml(notes.map(noteText).join('\n'));
  if (failure !== null) {
    return [
      `${head}>`,
      `      <failure${attributes({ message: failure, type: notes[0]?.code ?? 'failure' })}>${text}</failure>`,
      '    </testcase>',
    ];
  }
  if (notes.length === 0) return [`${head}/>`];
  return [`${head}>`, `      <system-out>${text}</system-out>`, '    </testcase>'];
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([key, value]) => ` ${key}="${escapeXml(printableText(String(value)))}"`)
    .join('');
}

/** What is printable has no character that XML 1.0 forbids; `>` is escaped for `]]>`. */
function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}
