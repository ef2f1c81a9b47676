import { createRedactor } from '../system/redaction.ts';
import type { EventListener, IsolatorEvent } from './isolator-event.ts';
import { secretFreeError } from './secret-free-error.ts';

/**
 * The one way from an isolator to its listener: no event has the value of a secret option, in whatever field, so that
 * each listener is safe by construction. A listener that throws breaks nothing: a container must not stay half mounted
 * because a log is full. The first time it does, Node prints a warning.
 */
export function safeListener(listener: EventListener | undefined): EventListener {
  if (listener === undefined) return () => undefined;
  let hasFailed = false;
  return (event) => {
    try {
      listener(withoutSecrets(event));
    } catch (error) {
      if (!hasFailed) process.emitWarning(`the listener of an isolator's events failed: ${String(error)}`);
      hasFailed = true;
    }
  };
}

function withoutSecrets(event: IsolatorEvent): IsolatorEvent {
  const redactor = createRedactor(event);
  if (!redactor.hasSecrets) return event;
  if (!('error' in event)) return redactor.document(event);
  // An error is no plain data: it would not survive as the copy of its fields.
  const { error, ...fields } = event;
  const options = 'step' in event && event.step.action === 'mountVolume' ? event.step.options : [];
  return { ...redactor.document(fields), error: secretFreeError(error, options) } as IsolatorEvent;
}
