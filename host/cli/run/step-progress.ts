import type { Plan } from '../../core/documents.ts';
import type { IsolatorEvent, StepNote } from '../../isolator/isolator-event.ts';
import { printableText } from '../../system/printable-text.ts';
import { reportError } from '../error-report.ts';
import type { Redactor } from '../redaction.ts';
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

/** The innermost reason: the lines above it say which step and which plan. */
function reasonText(error: unknown, redactor: Redactor): string {
  const report = reportError(error);
  return printableText(redactor.text(report.message));
}

/** Turns what the isolator tells into lines of progress. */
export function showSteps(progress: Progress, redactor: Redactor): (event: IsolatorEvent) => void {
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
        progress.end(key, 'failed', reasonText(event.error, redactor));
    }
  };
}
