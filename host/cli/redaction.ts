import type { VolumeOption } from '../core/documents.ts';

/** What stands where a secret stood. */
export const redacted = '***';

/** Bare values shorter than this are only replaced after their key: a secret `1` must not blank every digit. */
const bareLengthMin = 4;

/** Replaces secrets in any text or document on its way to a person or a log. */
export interface Redactor {
  text(text: string): string;
  /** A deep copy of a JSON document without its secrets. */
  document<T>(document: T): T;
}

/** The text as it looks inside a JSON string, for source lines. */
function asJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function patternsOf(option: VolumeOption): string[] {
  const pairs = [`${option.key}=${option.value}`, `${asJson(option.key)}=${asJson(option.value)}`];
  if (option.value.length < bareLengthMin) return pairs;
  return [...pairs, option.value, asJson(option.value)];
}

function isOption(value: object): value is VolumeOption {
  return 'secret' in value && value.secret === true && 'key' in value && 'value' in value;
}

/** Finds every option marked secret in a document of the core, at any depth. */
function secretsIn(value: unknown, found: VolumeOption[] = []): VolumeOption[] {
  if (Array.isArray(value)) for (const item of value) secretsIn(item, found);
  else if (typeof value === 'object' && value !== null) {
    if (isOption(value)) found.push(value);
    else for (const item of Object.values(value)) secretsIn(item, found);
  }
  return found;
}

/**
 * Makes a redactor for the options that the core marked as secret in `documents` (design.md, "Secrets").
 *
 * The marked option itself always loses its value. In texts, source lines and variables, `key=value` becomes `key=***`,
 * and so does the bare value when it is long enough to be told from other text.
 */
export function createRedactor(...documents: readonly unknown[]): Redactor {
  const secrets = secretsIn(documents).filter((option) => option.value !== '' && option.value !== redacted);
  const replacements = secrets
    .flatMap((option) =>
      patternsOf(option).map((pattern) => ({
        pattern,
        replacement: pattern.startsWith(`${option.key}=`) ? `${option.key}=${redacted}` : redacted,
      })),
    )
    // The longest first: a secret may be part of another one.
    .sort((left, right) => right.pattern.length - left.pattern.length);

  function text(input: string): string {
    return replacements.reduce((current, { pattern, replacement }) => current.replaceAll(pattern, replacement), input);
  }

  function copy(value: unknown): unknown {
    if (typeof value === 'string') return text(value);
    if (Array.isArray(value)) return value.map(copy);
    if (typeof value !== 'object' || value === null) return value;
    if (isOption(value)) return { ...value, value: redacted };
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copy(item)]));
  }

  return { text, document: <T>(document: T): T => (replacements.length === 0 ? document : (copy(document) as T)) };
}
