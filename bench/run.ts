/**
 * `npm run bench -- [FIGURE…] [--json] [--check]`: measures what we promise, and prints it as one table.
 *
 * Exit code 0, also when a target is missed; 1 with `--check` when one is missed by more than noise explains; 2 for
 * words that it does not know.
 */
import { parseArgs } from 'node:util';
import { type Figure, isMet, isMissedBadly, type Row, shareOfTarget } from './figure.ts';
import { admitFigure } from './figures/admit.ts';
import { hangFigure } from './figures/hang.ts';
import { hostShareFigure } from './figures/host-share.ts';
import { inspectFigure } from './figures/inspect.ts';
import { inspectShapesFigure } from './figures/inspect-shapes.ts';
import { ledgerFigure } from './figures/ledger.ts';
import { memoryFigure } from './figures/memory.ts';
import { nativeFigure } from './figures/native.ts';
import { recoverFigure } from './figures/recover.ts';
import { serviceFigure } from './figures/service.ts';
import { slowDriverFigure } from './figures/slow-driver.ts';
import { startFigure } from './figures/start.ts';
import { wasmFigure } from './figures/wasm.ts';
import { renderTable } from './table.ts';

const FIGURES: readonly Figure[] = [
  inspectFigure,
  admitFigure,
  memoryFigure,
  wasmFigure,
  startFigure,
  slowDriverFigure,
  hangFigure,
  hostShareFigure,
  ledgerFigure,
  recoverFigure,
  serviceFigure,
  nativeFigure,
  inspectShapesFigure,
];

interface Wanted {
  readonly figures: readonly Figure[];
  readonly json: boolean;
  readonly check: boolean;
}

/** Reads the command line; null after it said what is wrong with it. */
function readWords(words: string[]): Wanted | null {
  const known = FIGURES.map(({ name }) => name);
  try {
    const options = { json: { type: 'boolean', default: false }, check: { type: 'boolean', default: false } } as const;
    const { values, positionals } = parseArgs({ args: words, allowPositionals: true, options });
    const stranger = positionals.find((name) => !known.includes(name));
    if (stranger !== undefined) throw new Error(`no figure has the name ${JSON.stringify(stranger)}`);
    const figures = FIGURES.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
    return { figures, ...values };
  } catch (error) {
    process.stderr.write(`bench: ${(error as Error).message}\nexpected [FIGURE…] [--json] [--check]; figures are `);
    process.stderr.write(`${known.join(', ')}\n`);
    return null;
  }
}

async function main(words: string[]): Promise<number> {
  const wanted = readWords(words);
  if (wanted === null) return 2;
  const rows: Row[] = [];
  for (const figure of wanted.figures) {
    process.stderr.write(`measuring ${figure.name}\n`);
    rows.push(...(await figure.measure()));
  }
  const judged = rows.map((row) => ({ ...row, shareOfTarget: shareOfTarget(row), met: isMet(row) }));
  process.stdout.write(wanted.json ? `${JSON.stringify(judged, null, 2)}\n` : renderTable(rows));
  return wanted.check && rows.some(isMissedBadly) ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
