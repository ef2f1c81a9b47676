/** `npm run bench -- [NAME…] [--json] [--check]`: measures the figures that we promise, and prints them as one table. */
import { parseArgs } from 'node:util';
import { type Figure, isMet, isMissedBadly, type Row, shareOfTarget } from './figure.ts';
import { inspectFigure, inspectShapesFigure } from './figures/inspect.ts';
import { renderTable } from './table.ts';

const FIGURES: readonly Figure[] = [inspectFigure, inspectShapesFigure];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, check: { type: 'boolean', default: false } },
});

const rows: Row[] = [];
for (const figure of chosen(positionals)) {
  process.stderr.write(`measuring ${figure.name}\n`);
  rows.push(...(await figure.measure()));
}
process.stdout.write(values.json ? `${JSON.stringify(rows.map(judged), null, 2)}\n` : renderTable(rows));
if (values.check && rows.some(isMissedBadly)) process.exitCode = 1;

function judged(row: Row) {
  return { ...row, shareOfTarget: shareOfTarget(row), met: isMet(row) };
}

/** The figures by name; all of them when none is named. */
function chosen(names: readonly string[]): readonly Figure[] {
  if (names.length === 0) return FIGURES;
  return names.map((name) => {
    const figure = FIGURES.find((candidate) => candidate.name === name);
    if (figure !== undefined) return figure;
    throw new Error(`expected one of ${FIGURES.map((known) => known.name).join(', ')}, got ${JSON.stringify(name)}`);
  });
}
