import type { Step } from '../../core/documents.ts';
import { type IsolatorEvent, isStepEvent, type StepEvent, type StepNote } from '../../isolator/isolator-event.ts';
import { printableText } from '../../system/printable-text.ts';
import { durationText, type Progress } from '../render/progress.ts';
import { stepTitle, volumeTitle } from '../render/step-title.ts';

/** Steps that call a driver: they may take minutes. */
const slowActions = new Set(['mountVolume', 'unmountVolume']);

function noteText(note: StepNote | null): string | undefined {
  if (note === null) return undefined;
  switch (note.kind) {
    case 'mountpoint':
      return `at ${printableText(note.path)}`;
    case 'made':
      return note.paths.length === 0 ? 'was there' : `made ${note.paths.map((path) => printableText(path)).join(', ')}`;
    case 'removal':
      return printableText(note.removal);
  }
}

/** What a person should know although no step of a plan says it; null for what is said elsewhere or only logged. */
function remark(event: Exclude<IsolatorEvent, StepEvent>): string | null {
  switch (event.type) {
    case 'repeated':
      return `${printableText(event.container)} is prepared already: the same answer again`;
    case 'retry-scheduled':
      return `${volumeTitle(event.volume)} was not released; the next try is due in ${durationText(event.afterMs)}`;
    case 'retry-failed':
      return `${volumeTitle(event.volume)} could not be released now, either`;
    case 'taken-over':
      return `process ${event.pid} died while it held ${printableText(event.hold)}: taken over from it`;
    case 'ledger-damaged':
      return (
        `THE LEDGER WAS DAMAGED (${printableText(event.reason)}) and set aside as ${printableText(event.setAside)}; ` +
        `the new one has ${event.containers} containers and ${event.volumes} volumes`
      );
    case 'checkpoint-imported':
      return `${event.rows} mounts taken over from the old checkpoint ${printableText(event.path)}`;
    default:
      return null;
  }
}

/** Turns what the isolator tells into lines of progress. */
export function showSteps(progress: Progress): (event: IsolatorEvent) => void {
  let steps: readonly Step[] = [];

  function show(event: StepEvent): void {
    const { step, phase } = event;
    const key = `${event.container} ${phase} ${step.action} ${step.id}`;
    switch (event.type) {
      case 'step-started': {
        const title = stepTitle(step, steps);
        progress.begin(key, phase === 'do' ? title : `undo: ${title}`, slowActions.has(step.action));
        break;
      }
      case 'step-done':
        progress.end(key, phase === 'do' ? 'done' : 'undone', noteText(event.note));
        break;
      case 'step-failed':
        // Why is said once, at the end, with everything that failed.
        progress.end(key, 'failed');
    }
  }

  return (event) => {
    if (isStepEvent(event)) {
      show(event);
      return;
    }
    if (event.type === 'planned' || event.type === 'recover-planned') steps = event.plan.steps;
    const text = remark(event);
    if (text !== null) progress.note(text);
  };
}
