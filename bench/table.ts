import { isMet, type Row, type Unit } from './figure.ts';

const HEADINGS = ['figure', 'measured', 'value', 'peer', "peer's", 'ratio', 'target', 'met'];

/** The rows as text in columns, for a terminal or a file. */
export function renderTable(rows: readonly Row[]): string {
  const cells = [HEADINGS, ...rows.map(cellsOf)];
  const widths = HEADINGS.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  const lines = cells.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  lines.splice(1, 0, widths.map((width) => '─'.repeat(width)).join('  '));
  return `${lines.join('\n')}\n`;
}

function cellsOf(row: Row): string[] {
  const { peer, target } = row;
  return [
    row.name,
    row.what,
    quantity(row.value, row.unit),
    peer?.name ?? '',
    peer === null ? '' : quantity(peer.value, row.unit),
    peer === null ? '' : peer.ratio.toFixed(3),
    target === null ? '' : `≤ ${target.of === 'ratio' ? target.atMost : quantity(target.atMost, row.unit)}`,
    { true: 'yes', false: 'NO', null: '' }[`${isMet(row)}`],
  ];
}

function quantity(value: number, unit: Unit): string {
  const digits = unit === 'bytes' || value >= 1000 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${unit}`;
}
