import { readFile } from 'node:fs/promises';
import { Core } from '../../host/core/index.ts';
import { packagePath } from '../../host/system/package-path.ts';
import { extremeShapes, largeApp, type Sample, smallApp, smallCompactApp } from '../documents.ts';
import { type Figure, type Row, type Target, TIMED_TOLERANCE } from '../figure.ts';
import { batches, compare } from '../rounds.ts';

const ROUNDS = 101;
/** What is only shown needs no third digit. */
const SHAPE_ROUNDS = 31;

const encoder = new TextEncoder();
/** Not `fatal`, which is the slower of the two: V8's best. */
const decoder = new TextDecoder();

/** Reading a document: bytes in, JSON bytes out, against what V8 takes to read and write the same bytes. */
export const inspectFigure: Figure = {
  name: 'inspect',
  async measure(): Promise<Row[]> {
    const core = await Core.load(await readFile(packagePath('build/dvdi.wasm')));
    return [
      await measureSample(core, smallApp(), ROUNDS, atMost(0.6)),
      await measureSample(core, largeApp(), ROUNDS, atMost(0.5)),
    ];
  },
};

/** Where the time of `inspect` goes: documents that are nothing but one thing. No promise, but no secret either. */
export const inspectShapesFigure: Figure = {
  name: 'inspect-shapes',
  async measure(): Promise<Row[]> {
    const core = await Core.load(await readFile(packagePath('build/dvdi.wasm')));
    const rows: Row[] = [];
    for (const sample of [smallCompactApp(), ...extremeShapes()]) {
      rows.push(await measureSample(core, sample, SHAPE_ROUNDS, null));
    }
    return rows;
  },
};

async function measureSample(core: Core, sample: Sample, rounds: number, target: Target | null): Promise<Row> {
  const { bytes, name } = sample;
  const inspection = core.inspect(0, bytes);
  if (inspection.verdict !== 'allow' || inspection.requests.length !== 2) {
    throw new Error(`${name}: expected two volumes and no finding, got ${JSON.stringify(inspection.findings)}`);
  }
  const ours = batches(() => core.inspectBytes(0, bytes));
  const peer = batches(() => encoder.encode(JSON.stringify(JSON.parse(decoder.decode(bytes)))));
  const times = await compare(ours, peer, rounds);
  return {
    name: target === null ? 'inspect-shapes' : 'inspect',
    what: `${name}, ${bytes.byteLength} bytes; median of ${rounds} rounds`,
    unit: 'µs',
    value: times.ours * 1000,
    peer: { name: 'V8 decode, parse, stringify, encode', value: times.peer * 1000, ratio: times.ratio },
    target,
  };
}

function atMost(ratio: number): Target {
  return { of: 'ratio', atMost: ratio, tolerance: TIMED_TOLERANCE };
}
