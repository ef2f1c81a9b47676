import type { JsonValue } from '../../core/documents.ts';

/**
 * The steps of a JSON pointer (RFC 6901): member names and indices, unescaped.
 * @throws {TypeError} when it is no pointer: they come from the core, so that this is a defect
 */
export function segmentsOf(pointer: string): readonly string[] {
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) throw new TypeError(`expected a JSON pointer, got ${JSON.stringify(pointer)}`);
  return pointer
    .slice(1)
    .split('/')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The index that a segment means in a list; null when it is none. */
export function indexOf(segment: string): number | null {
  return /^(?:0|[1-9]\d*)$/u.test(segment) ? Number(segment) : null;
}

/** The value at a pointer; undefined when the document has none there. */
export function valueAt(document: JsonValue | undefined, pointer: string): JsonValue | undefined {
  let value: JsonValue | undefined = document;
  for (const segment of segmentsOf(pointer)) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value)) value = value[indexOf(segment) ?? -1];
    else value = Object.hasOwn(value, segment) ? (value as { [key: string]: JsonValue })[segment] : undefined;
  }
  return value;
}

/** Whether a pointer leads to a value or into it. */
export function isWithin(pointer: string, ancestor: string): boolean {
  return pointer === ancestor || pointer.startsWith(`${ancestor}/`);
}
