import type { VolumeOption } from '../core/documents.ts';
import { createRedactor, REDACTED, type Redactor, redactOptions } from '../system/redaction.ts';

/** Longest text of an error that the ledger keeps. */
const TEXT_LENGTH_MAX = 2_000;

/**
 * The same error, unless it has the value of a secret option somewhere: in a text, in those of its causes, in output
 * that it carries. Then a copy of the same class and with the same fields, redacted. A driver is asked to unmount
 * without options, and somebody else's driver may redact nothing.
 */
export function secretFreeError(error: unknown, options: readonly VolumeOption[]): unknown {
  const redactor = createRedactor(options);
  if (!redactor.hasSecrets || !tells(error, redactor, new Set())) return error;
  return copy(error, redactor, new Map());
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

function messageOf(error: unknown): string {
  return String(isError(error) ? error.message : error);
}

/** Errors of another realm (jest's, for Node's own modules) are no instances of our Error. */
function isError(value: unknown): value is { readonly message: unknown } {
  return typeof value === 'object' && value !== null && 'message' in value;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Names of what an error, a list or a plain object consists of; none for what cannot be copied by its fields. */
function fieldsOf(value: object): string[] {
  if (isError(value)) return [...new Set([...Object.getOwnPropertyNames(value), 'stack'])];
  if (Array.isArray(value) || isPlain(value)) return Object.keys(value);
  return [];
}

/** Whether a secret stands anywhere in a value. */
function tells(value: unknown, redactor: Redactor, seen: Set<object>): boolean {
  if (typeof value === 'string') return redactor.text(value) !== value;
  if (typeof value !== 'object' || value === null || seen.has(value)) return false;
  seen.add(value);
  if (value instanceof Uint8Array) return redactBytes(value, redactor) !== value;
  if (isSecretOption(value)) return true;
  return fieldsOf(value).some((field) => tells(Reflect.get(value, field), redactor, seen));
}

/** @param copies what was copied already: an error may be its own cause. */
function copy(value: unknown, redactor: Redactor, copies: Map<object, unknown>): unknown {
  if (typeof value === 'string') return redactor.text(value);
  if (typeof value !== 'object' || value === null) return value;
  if (copies.has(value)) return copies.get(value);
  if (value instanceof Uint8Array) return redactBytes(value, redactor);
  if (isSecretOption(value)) return { ...value, value: REDACTED };
  const fields = fieldsOf(value);
  if (fields.length === 0) return value;
  const made: object = Array.isArray(value) ? [] : Object.create(Object.getPrototypeOf(value));
  copies.set(value, made);
  for (const field of fields) {
    const enumerable = Object.getOwnPropertyDescriptor(value, field)?.enumerable ?? false;
    const plain = copy(Reflect.get(value, field), redactor, copies);
    Object.defineProperty(made, field, { value: plain, enumerable, writable: true, configurable: true });
  }
  return made;
}

function isSecretOption(value: object): boolean {
  return 'secret' in value && value.secret === true && 'value' in value && value.value !== REDACTED;
}

/** Output of a process. */
function redactBytes(bytes: Uint8Array, redactor: Redactor): Uint8Array {
  const text = Buffer.from(bytes).toString('utf8');
  const redacted = redactor.text(text);
  return redacted === text ? bytes : Buffer.from(redacted);
}
