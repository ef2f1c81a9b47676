import type { Inspection, Task, VolumeRequest } from '../../core/documents.ts';
import type { Palette } from '../../system/palette.ts';
import { printableText } from '../../system/printable-text.ts';
import { optionsText } from './plan-text.ts';

const LINE_FEED = 0x0a;

/** 1-based line of a byte. */
function lineAt(document: Uint8Array, offset: number): number {
  let line = 1;
  for (const byte of document.subarray(0, offset)) if (byte === LINE_FEED) line += 1;
  return line;
}

function requestLines(request: VolumeRequest, document: Uint8Array, palette: Palette): string[] {
  const origin = request.origin === 'environment' ? `variables without a digit` : 'a volume of the container';
  const from = request.slot === null || request.slot === '' ? origin : `variables with digit ${request.slot}`;
  const path = request.path === null ? 'none: mounted on the host only' : printableText(request.path);
  const rows: [string, string][] = [
    ['from', `${from}, line ${lineAt(document, request.offset)}`],
    ['path', `${path}${request.mode === 'ro' ? ' (read-only)' : ''}`],
  ];
  if (request.options.length > 0) rows.push(['options', optionsText(request.options)]);
  if (request.explicitCreate) rows.push(['exists', 'must exist already']);
  if (request.dvdcli !== null) rows.push(['dvdcli', printableText(request.dvdcli)]);
  return [
    `  ${palette.strong(printableText(`${request.driver}/${request.name}`))}`,
    ...rows.map(([label, text]) => `    ${palette.faint(label.padEnd(8))} ${text}`),
  ];
}

function taskLines(task: Task | null, palette: Palette): string[] {
  if (task === null) return [];
  const command = task.shell ? (task.value ?? '') : [task.value ?? '', ...task.arguments.slice(1)].join(' ');
  const rows: [string, string][] = [
    ['command', printableText(command)],
    ['user', task.user === null ? "the caller's" : printableText(task.user)],
    ['sandbox', task.directory === null ? 'none named' : printableText(task.directory)],
    // Names only: values of other variables are nobody's business here, and often passwords.
    ['variables', task.environment.map((variable) => printableText(variable.name)).join(' ')],
  ];
  if (task.rootfs !== null) rows.push(['rootfs', printableText(task.rootfs)]);
  return ['task', ...rows.map(([label, text]) => `    ${palette.faint(label.padEnd(9))} ${text}`)];
}

/**
 * What the core understood of a document, for a person to read; findings are printed apart.
 * @param document the bytes that were inspected: requests are shown by their line
 */
export function renderInspection(inspection: Inspection, document: Uint8Array, palette: Palette): string {
  const container = inspection.container === null ? 'no container id' : printableText(inspection.container);
  const volumes = inspection.requests.length;
  return [
    `${palette.name(printableText(inspection.kind))} (${printableText(inspection.detected)}), ${container}`,
    `${volumes} volume${volumes === 1 ? '' : 's'} asked for`,
    ...inspection.requests.flatMap((request) => requestLines(request, document, palette)),
    ...taskLines(inspection.task, palette),
    `verdict: ${inspection.verdict}`,
  ].join('\n');
}
