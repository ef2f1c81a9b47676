import type { MountVolumeStep, Plan, Step, Transport, VolumeOption } from '../../core/documents.ts';
import type { Palette } from '../../system/palette.ts';
import { printableText } from '../../system/printable-text.ts';
import { REDACTED } from '../../system/redaction.ts';
import { stepTitle } from './step-title.ts';

/** Options as the user wrote them, secrets blanked, printable. */
export function optionsText(options: readonly VolumeOption[]): string {
  return options
    .map((option) => `${option.key}=${option.secret ? REDACTED : option.value}`)
    .map((text) => printableText(text))
    .join(' ');
}

function transportText(transport: Transport): string {
  return transport.kind === 'plugin' ? 'its plugin socket' : printableText(transport.executable);
}

function seconds(timeoutMs: number): string {
  return `${timeoutMs / 1000} s`;
}

function mountDetails(step: MountVolumeStep): [string, string][] {
  const missing = step.create ? 'created when it does not exist' : 'must exist';
  const details: [string, string][] = [];
  if (step.options.length > 0) details.push(['options', optionsText(step.options)]);
  details.push(['through', `${transportText(step.transport)}, within ${seconds(step.timeoutMs)}, ${missing}`]);
  if (step.mountRoots.length > 0) {
    details.push(['under', step.mountRoots.map((root) => printableText(root)).join(' or ')]);
  }
  return details;
}

function details(step: Step): [string, string][] {
  switch (step.action) {
    case 'mountVolume':
      return [...mountDetails(step), ['undo', `unmount within ${seconds(step.undo.timeoutMs)}`]];
    case 'ensureDirectory': {
      const owner = step.owner === 'root' ? 'root' : 'owner of the directory above';
      const mode = step.mode.toString(8).padStart(4, '0');
      return [
        ['made as', `${owner}, mode ${mode}`],
        ['undo', 'remove what was made'],
      ];
    }
    case 'unmountVolume':
      return [['through', `${transportText(step.transport)}, within ${seconds(step.timeoutMs)}`]];
    default:
      return [];
  }
}

function stepLines(step: Step, plan: Plan, palette: Palette): string[] {
  const after = step.after.length === 0 ? '' : palette.faint(`  after ${step.after.join(', ')}`);
  return [
    `${palette.faint(String(step.id).padStart(4))}  ${palette.strong(stepTitle(step, plan.steps))}${after}`,
    ...details(step).map(([label, text]) => `      ${palette.faint(label.padEnd(8))} ${text}`),
  ];
}

function launchLine(plan: Plan): string {
  if (plan.plan === 'cleanup') return '';
  if (!plan.launch.newMountNamespace) return 'launch: in the namespace it has, nothing is bound';
  const binds = plan.launch.binds.length === 0 ? 'no binds' : `binds ${plan.launch.binds.join(', ')}`;
  return `launch: in a new mount namespace, ${plan.launch.propagation} propagation, ${binds}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** A plan for a person to read. */
export function renderPlanText(plan: Plan, palette: Palette): string {
  const container = palette.name(printableText(plan.container));
  if (plan.verdict === 'deny') return `${plan.plan} ${container}: ${palette.bad('denied')}, nothing is done`;
  const volumes = new Set(plan.claims.map((claim) => JSON.stringify([claim.driver, claim.name]))).size;
  const title = plan.plan === 'prepare' ? `${count(volumes, 'volume')}, ` : '';
  const steps = plan.steps.flatMap((step) => stepLines(step, plan, palette));
  const launch = launchLine(plan);
  return [
    `${plan.plan} ${container}: ${title}${count(plan.steps.length, 'step')}`,
    ...steps,
    ...(launch === '' ? [] : [launch]),
  ].join('\n');
}
