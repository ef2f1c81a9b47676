import stringWidth from 'string-width';

import { printableText } from '../system/printable-text.ts';

/** The place in a document that an excerpt shows. */
export interface Place {
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 code units. */
  readonly column: number;
  /** Bytes at fault; 0 when only a point is known. */
  readonly length: number;
}

/** A source line fit for the terminal, and the line of carets that belongs under it. */
export interface Excerpt {
  readonly source: string;
  readonly marker: string;
}

const ellipsis = '…';

/** The last characters of a text that fit into a width. */
function tail(text: string, widthMax: number): string {
  const characters = [...text];
  let width = 0;
  let start = characters.length;
  while (start > 0) {
    width += stringWidth(characters[start - 1] ?? '');
    if (width > widthMax) break;
    start -= 1;
  }
  return characters.slice(start).join('');
}

/** The first characters of a text that fit into a width. */
function head(text: string, widthMax: number): string {
  let width = 0;
  let kept = '';
  for (const character of text) {
    width += stringWidth(character);
    if (width > widthMax) return kept;
    kept += character;
  }
  return kept;
}

/** How many UTF-16 code units two texts have in common at their beginning. */
function commonLength(left: string, right: string): number {
  const lengthMax = Math.min(left.length, right.length);
  let length = 0;
  while (length < lengthMax && left[length] === right[length]) length += 1;
  return length;
}

/** What of a line is read at most on each side of the place: a document of 1 MiB may be a single line. */
const contextMax = 2000;

/** The lines of a document that has findings to show: it is only split once, however many they are. */
const linesByDocument = new WeakMap<Uint8Array, readonly string[]>();

/** The lines of a document, without their ends. Bytes that are no UTF-8 become U+FFFD. */
export function linesOf(document: Uint8Array): readonly string[] {
  const known = linesByDocument.get(document);
  if (known !== undefined) return known;
  const lines = new TextDecoder('utf-8', { ignoreBOM: true }).decode(document).split(/\r?\n/u);
  linesByDocument.set(document, lines);
  return lines;
}

/**
 * Cuts the line at a place out of a document, for printing under a finding.
 *
 * @param document the bytes as the user wrote them
 * @param redact takes secrets out; the caret is set by what is left
 * @param widthMax columns to use; a longer line shows the part around the place
 * @returns null when the document has no such line
 */
export function excerptAt(
  document: Uint8Array,
  place: Place,
  redact: (text: string) => string,
  widthMax: number,
): Excerpt | null {
  const line = linesOf(document)[place.line - 1];
  if (line === undefined) return null;
  const at = Math.min(place.column - 1, line.length);
  const fault = Buffer.from(line.slice(at)).subarray(0, place.length).toString('utf8');
  // The line is redacted as a whole before anything is cut, so that a secret is found that the place or a cut lies in
  // the middle of; the caret then stands at its beginning.
  const whole = redact(line);
  const start = commonLength(whole, redact(line.slice(0, at)));
  const before = printableText(whole.slice(Math.max(0, start - contextMax), start));
  const after = printableText(whole.slice(start, start + contextMax));

  const beforeMax = Math.max(10, Math.floor(widthMax / 2));
  const cut = stringWidth(before) > beforeMax || start > contextMax;
  const left = cut ? ellipsis + tail(before, beforeMax - 1) : before;
  const rightMax = Math.max(10, widthMax - stringWidth(left));
  const right = stringWidth(after) > rightMax ? head(after, rightMax - 1) + ellipsis : after;

  const faultWidth = Math.min(Math.max(1, stringWidth(printableText(redact(fault)))), Math.max(1, stringWidth(right)));
  return {
    source: left + right,
    marker: ' '.repeat(stringWidth(left)) + '^'.repeat(faultWidth),
  };
}
