import type { Finding, Plan, RecoverPlan, Step, Transport, VolumeId } from '../../core/documents.ts';
import { type IsolatorEvent, isStepEvent, type StepEvent, type StepNote } from '../isolator-event.ts';

/** How much a line matters, as pino has it. */
export type LineLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';

/** One line of the log before it is written: docs/logs.md has a section for each event, with its fields. */
export interface LogLine {
  readonly level: LineLevel;
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The lines that an event is told by: one, but for a recover, which decides about each volume. */
export function linesOf(event: IsolatorEvent): LogLine[] {
  if (isStepEvent(event)) return [stepLine(event)];
  const { type, container } = event;
  const line = (level: LineLevel, fields: LogLine['fields'] = {}): LogLine[] => [
    { level, event: type, fields: { container, ...fields } },
  ];
  switch (event.type) {
    case 'planned':
      return line(event.plan.verdict === 'warn' ? 'warn' : 'info', planFields(event.plan));
    case 'recover-planned':
      return [...line('info', recoverFields(event.plan, event.isDryRun)), ...event.plan.volumes.map(volumeLine)];
    case 'refused':
      return line('warn', { ...codesOf(event.findings), reason: reasonOf(event.findings) });
    case 'repeated':
      return line('info');
    case 'conflict':
      return line('warn');
    case 'completed': {
      const { operation, durationMs, error } = event;
      return line(error === null ? 'info' : 'error', { operation, durationMs: rounded(durationMs), error });
    }
    case 'driver-called': {
      const { operation, volume, transport, durationMs, outcome, isUncertain, error } = event;
      const duration = { durationMs: rounded(durationMs), outcome, uncertain: isUncertain, error };
      const level = outcome === 'done' ? 'info' : 'warn';
      return line(level, { operation, ...volumeFields(volume), ...transportFields(transport), ...duration });
    }
    case 'retry-scheduled': {
      const { volume, attempts, afterMs, error } = event;
      return line('warn', { ...volumeFields(volume), attempts, afterMs: Math.round(afterMs), error });
    }
    case 'retry-failed':
      return line('error', { ...volumeFields(event.volume), error: event.error });
    case 'taken-over': {
      const { hold, holder, pid, sinceMs } = event;
      return line('warn', { hold, holder, holderPid: pid, since: new Date(sinceMs).toISOString() });
    }
    case 'ledger-damaged': {
      const { setAside, reason, containers, volumes } = event;
      return line('error', { setAside, reason, containers, volumes });
    }
    case 'checkpoint-imported':
      return line(event.findings.length > 0 ? 'warn' : 'info', {
        path: event.path,
        rows: event.rows,
        ...codesOf(event.findings),
      });
  }
}

function planFields(plan: Plan): LogLine['fields'] {
  const unmounted = plan.steps.flatMap((step) => (step.action === 'unmountVolume' ? [step.volume] : []));
  const volumes = (plan.plan === 'prepare' ? plan.claims : unmounted).map(volumeFields);
  const { plan: operation, verdict, steps, findings } = plan;
  return { operation, verdict, ...codesOf(findings), volumes, volumeCount: volumes.length, stepCount: steps.length };
}

function recoverFields(plan: RecoverPlan, isDryRun: boolean): LogLine['fields'] {
  const { verdict, gone, volumes, steps, findings } = plan;
  const counts = { goneCount: gone.length, volumeCount: volumes.length, stepCount: steps.length };
  return { verdict, ...codesOf(findings), dryRun: isDryRun, gone, ...counts };
}

const STRANGE_CLASSES: ReadonlySet<string> = new Set(['missing', 'uncertain', 'foreign']);

/** What a recover says of one volume. */
function volumeLine(volume: RecoverPlan['volumes'][number]): LogLine {
  const { class: volumeClass, reason, mountpoint, users, step } = volume;
  return {
    level: STRANGE_CLASSES.has(volumeClass) ? 'warn' : 'info',
    event: 'recover-volume',
    fields: {
      ...{ container: null, ...volumeFields(volume), class: volumeClass, reason, mountpoint, users },
      action: step === null ? 'keep' : 'unmount',
    },
  };
}

function stepLine(event: StepEvent): LogLine {
  const { type, phase, step } = event;
  // A recover is about no container, but for those that it forgets.
  const container = event.container ?? (step.action === 'forget' ? step.container : null);
  const about = { container, phase, step: step.id, action: step.action, ...subjectOf(step) };
  if (event.type === 'step-started') return { level: 'trace', event: type, fields: about };
  const fields = { ...about, durationMs: rounded(event.durationMs) };
  if (event.type === 'step-failed') return { level: 'error', event: type, fields: { ...fields, error: event.error } };
  // That something had to be undone is worth a look; that a step was done is what everybody expects.
  return { level: phase === 'undo' ? 'info' : 'debug', event: type, fields: { ...fields, ...noteFields(event.note) } };
}

function subjectOf(step: Step): LogLine['fields'] {
  if ('volume' in step && typeof step.volume === 'object') return volumeFields(step.volume);
  return 'location' in step ? { path: step.location.path } : {};
}

function noteFields(note: StepNote | null): LogLine['fields'] {
  switch (note?.kind) {
    case 'mountpoint':
      return { mountpoint: note.path, isMount: note.isMount };
    case 'made':
      return { made: note.paths };
    case 'removal':
      return { removal: note.removal };
    default:
      return {};
  }
}

function volumeFields({ driver, name }: VolumeId): LogLine['fields'] {
  return { driver, volume: name };
}

function transportFields(transport: Transport): LogLine['fields'] {
  if (transport.kind === 'plugin') return { transport: 'plugin' };
  return { transport: 'dvdcli', executable: transport.executable };
}

/** Each code once. */
function codesOf(findings: readonly Finding[]): { readonly codes: readonly string[] } {
  return { codes: [...new Set(findings.map(({ code }) => code))] };
}

/** What the first error says; `dvdi plan` says the rest. */
function reasonOf(findings: readonly Finding[]): string | null {
  return findings.find(({ severity }) => severity === 'error')?.message ?? null;
}

/** To a microsecond. */
function rounded(durationMs: number): number {
  return Math.round(durationMs * 1000) / 1000;
}
