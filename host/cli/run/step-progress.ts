import type { Plan } from '../../core/documents.ts';
import type { IsolatorEvent, StepNote } from '../../isolator/isolator-event.ts';
import { printableText } from '../../system/printable-text.ts';
import type { Progress } from '../render/progress.ts';
import { stepTitle } from '../render/step-title.ts';

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

/** Turns what the isolator tells into lines of progress. */
export function showSteps(progress: Progress): (event: IsolatorEvent) => void {
  let plan: Plan | null = null;
  return (event) => {
    if (event.type === 'planned') {
      plan = event.plan;
      return;
    }
    const { step, phase } = event;
    const key = `${phase} ${step.action} ${step.id}`;
    switch (event.type) {
      case 'step-started': {
        const title = stepTitle(step, plan?.steps ?? []);
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
  };
}
