import type { Finding } from '../core/documents.ts';

/** A piece of a text: lines and columns 1-based, columns in UTF-16 code units, the end past the last character. */
export interface Region {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** The region of a finding in the text that it is about; null when it has no place there. */
export function regionOf(finding: Finding, source: Uint8Array | null): Region | null {
  const { line, column, offset, length } = finding;
  if (line === null || column === null) return null;
  if (source === null || offset === null) {
    return { startLine: line, startColumn: column, endLine: line, endColumn: column };
  }
  const lines = new TextDecoder().decode(source.subarray(offset, offset + (length ?? 0))).split('\n');
  const last = lines.at(-1)?.length ?? 0;
  const endLine = line + lines.length - 1;
  return { startLine: line, startColumn: column, endLine, endColumn: endLine === line ? column + last : last + 1 };
}

/** The region of a piece of a text, both ends in UTF-16 code units from its beginning. */
export function regionBetween(text: string, start: number, end: number): Region {
  const [startLine, startColumn] = placeAt(text, start);
  const [endLine, endColumn] = placeAt(text, end);
  return { startLine, startColumn, endLine, endColumn };
}

function placeAt(text: string, at: number): [line: number, column: number] {
  const before = text.slice(0, at);
  const lineStart = before.lastIndexOf('\n') + 1;
  return [before.split('\n').length, at - lineStart + 1];
}
