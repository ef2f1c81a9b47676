import type { VolumeOption } from '../core/documents.ts';
import { MountpointError } from '../driver/mountpoint-error.ts';
import { redactOptions } from '../driver/redaction.ts';
import { DriverError } from '../driver/volume-driver.ts';

/** Longest text of an error that the ledger keeps. */
const TEXT_LENGTH_MAX = 2_000;

/**
 * The same error, unless it repeats the value of a secret option somewhere: then one of the same kind with the text
 * redacted and without a cause. A driver is asked to unmount without options, so that it cannot redact them itself.
 */
export function secretFreeError(error: unknown, options: readonly VolumeOption[]): unknown {
  if (!options.some(({ secret }) => secret)) return error;
  if (error instanceof MountpointError) {
    const answer = redactOptions(error.answer, options);
    return answer === error.answer ? error : new MountpointError(error.code, answer, error.expected);
  }
  const told = textsOf(error).join('\n');
  if (redactOptions(told, options) === told) return error;
  const message = redactOptions(messageOf(error), options);
  if (!(error instanceof DriverError)) return new Error(message);
  const { code, volume, operation, uncertain } = error;
  return new DriverError(message, { code, volume, operation, uncertain });
}

/** What the ledger keeps of an error: its text with those of its causes, redacted. */
export function errorText(error: unknown, options: readonly VolumeOption[]): string {
  const texts = textsOf(error).filter((text, index, all) => all.indexOf(text) === index);
  return redactOptions(texts.join(': '), options).slice(0, TEXT_LENGTH_MAX);
}

function textsOf(error: unknown): string[] {
  const texts: string[] = [];
  for (let at = error, depth = 0; at !== undefined && at !== null && depth < 8; depth += 1) {
    texts.push(messageOf(at));
    at = typeof at === 'object' && 'cause' in at ? at.cause : undefined;
  }
  return texts;
}

/** Errors of another realm (jest's, for Node's own modules) are no instances of our Error. */
function messageOf(error: unknown): string {
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  return String(message);
}
