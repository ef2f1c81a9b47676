import type { Severity } from '../../core/documents.ts';
import { printableText } from '../../system/printable-text.ts';
import { exceptionText } from '../finding-text.ts';
import { regionOf } from '../region.ts';
import type { Report, ReportedFinding } from '../report.ts';

const COMMANDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

/**
 * Workflow commands, which GitHub shows as annotations in the changed files. A line feed in a message would begin a
 * command of its own, so that everything is escaped as the runner unescapes it.
 */
export function reportGithub(report: Report): string {
  const policy = report.policy;
  return [
    ...report.policyFindings.map((finding) => annotation(finding, policy?.name ?? '', policy?.bytes ?? null)),
    ...report.documents.flatMap(({ findings, file, source }) =>
      findings.map((finding) => annotation(finding, file, source.bytes)),
    ),
    ...report.failures.map(({ file, place, code, message, expected, got, advice }) =>
      command('error', { file, line: place?.line, col: place?.column, title: code }, [
        message,
        `expected: ${expected}`,
        `got: ${got}`,
        `to do: ${advice}`,
      ]),
    ),
  ].join('\n');
}

function annotation(finding: ReportedFinding, file: string, source: Uint8Array | null): string {
  const region = regionOf(finding, source);
  const isOneLine = region !== null && region.startLine === region.endLine;
  return command(
    COMMANDS[finding.severity],
    {
      file,
      line: region?.startLine,
      endLine: region?.endLine,
      col: region?.startColumn,
      // Columns only mean something to GitHub within one line.
      endColumn: isOneLine ? region.endColumn : undefined,
      title: finding.code,
    },
    [
      finding.message,
      ...(finding.hint === '' ? [] : [finding.hint]),
      ...(finding.exception === undefined ? [] : [`allowed by an exception: ${exceptionText(finding.exception)}`]),
    ],
  );
}

function command(
  name: string,
  properties: Readonly<Record<string, string | number | undefined>>,
  lines: readonly string[],
): string {
  const given = Object.entries(properties)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([key, value]) => `${key}=${escapeProperty(printableText(String(value)))}`);
  const data = lines.map((line) => printableText(line)).join('\n');
  return `::${name} ${given.join(',')}::${escapeData(data)}`;
}

/** As `@actions/core` escapes a message. */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** As `@actions/core` escapes a property. */
function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
