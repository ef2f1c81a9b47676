import stringWidth from 'string-width';
import type { Palette } from './palette.ts';
import { printableText } from './printable-text.ts';

/** Between two columns. */
const gap = '  ';

/**
 * A table for a person to read: aligned columns, one line a row, nothing cut. All cells are made printable here.
 * @param headings one a column; empty rows give the headings alone
 */
export function renderTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  palette: Palette,
): string {
  const texts = rows.map((row) => row.map((cell) => printableText(cell)));
  const widths = headings.map((heading, column) =>
    texts.reduce((width, row) => Math.max(width, stringWidth(row[column] ?? '')), stringWidth(heading)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - stringWidth(cell))))
      .join(gap)
      .trimEnd();
  return [palette.faint(line(headings)), ...texts.map(line)].join('\n');
}
