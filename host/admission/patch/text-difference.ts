import type { TextEdit } from './text-edit.ts';

/**
 * The one edit that turns a text into another: what lies between their common beginning and their common end. Several
 * edits, one after the other, become one that can be shown and made at once.
 */
export function differenceOf(before: string, after: string): readonly TextEdit[] {
  if (before === after) return [];
  const lengthMax = Math.min(before.length, after.length);
  let start = 0;
  while (start < lengthMax && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < lengthMax - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  // A surrogate pair stays whole.
  if (start > 0 && isHighSurrogate(before.charCodeAt(start - 1))) start -= 1;
  if (end > 0 && isLowSurrogate(before.charCodeAt(before.length - end))) end -= 1;
  return [{ offset: start, length: before.length - end - start, text: after.slice(start, after.length - end) }];
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
