import type { VolumeOption } from '../core/documents.ts';

/** What stands where a secret stood. */
export const REDACTED = '***';

/**
 * Removes the secret values of a volume's options from a text that is on its way into an error: drivers like to repeat
 * the options that they refuse. A short secret takes unrelated text with it; that is the lesser harm.
 */
export function redactOptions(text: string, options: readonly VolumeOption[]): string {
  return options
    .filter((option) => option.secret && option.value !== '')
    .flatMap((option) => [option.value, JSON.stringify(option.value).slice(1, -1)])
    .sort((left, right) => right.length - left.length)
    .reduce((current, secret) => current.replaceAll(secret, REDACTED), text);
}
