import type { VolumeOption } from '../core/documents.ts';
import { printableText } from '../system/printable-text.ts';

/** What stands where a secret stood. */
export const REDACTED = '***';

/** A shorter piece of a secret at a cut tells nothing, and would take too much unrelated text with it. */
const PIECE_LENGTH_MIN = 3;

/**
 * Removes the secret values of a volume's options from a text that is on its way into an error: drivers like to repeat
 * the options that they refuse. A short secret takes unrelated text with it; that is the lesser harm. Where
 * `printableText` has cut the text in the middle of a secret, the piece goes, too.
 */
export function redactOptions(text: string, options: readonly VolumeOption[]): string {
  const secrets = options
    .filter((option) => option.secret && option.value !== '')
    .flatMap(({ value }) => [value, JSON.stringify(value).slice(1, -1), printableText(value)])
    .sort((left, right) => right.length - left.length);
  const whole = secrets.reduce((current, secret) => current.replaceAll(secret, REDACTED), text);
  return secrets.reduce(redactPieces, whole);
}

function redactPieces(text: string, secret: string): string {
  let current = text;
  for (let length = secret.length - 1; length >= PIECE_LENGTH_MIN; length -= 1) {
    current = current.replaceAll(`${secret.slice(0, length)}… (`, `${REDACTED}… (`);
  }
  return current;
}
