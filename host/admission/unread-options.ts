import type { VolumeRequest } from '../core/documents.ts';
import { REDACTED } from '../system/redaction.ts';

/** `key=value` in a JSON string, and a member whose key has a slash, as Marathon has options: `"dvdi/size": "5"`. */
const PAIR = /([^\s"'=,{}[\]\\]+)=((?:[^",\\]|\\.)+)|("[^"\s]+\/[^"\s]+"\s*:\s*)"((?:[^"\\]|\\.)+)"?/gu;

/**
 * Hides, in a line of a document, the values of options that the core has not read: in a document that is broken, or in
 * variables that make no volume, nobody has said which of them are secret.
 * @param requests what the core has read: its secrets are taken out by the redactor, all else may be shown
 */
export function hideUnreadOptions(requests: readonly VolumeRequest[]): (line: string) => string {
  const values = new Set(requests.flatMap(({ options }) => options.map(({ value }) => asJson(value))));
  const isShown = (value: string): boolean => values.has(value) || value.includes(REDACTED);
  return (line) =>
    line.replace(PAIR, (pair: string, key?: string, value?: string, member?: string, text?: string) => {
      if (key !== undefined && value !== undefined) return isShown(value) ? pair : `${key}=${REDACTED}`;
      return isShown(text ?? '') ? pair : `${member}"${REDACTED}"`;
    });
}

function asJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
