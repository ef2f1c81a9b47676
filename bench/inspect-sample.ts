import { readFile } from 'node:fs/promises';
import { Core } from '../host/core/index.ts';
import { packagePath } from '../host/system/package-path.ts';
import type { Sample } from './documents.ts';
import type { Row, Target } from './figure.ts';
import { batches, compare } from './rounds.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The core as it was built. */
export async function loadCore(): Promise<Core> {
  return Core.load(await readFile(packagePath('build/dvdi.wasm')));
}

/**
 * Times `inspect` of a document, bytes in and JSON bytes out, against V8, which decodes, parses, writes and encodes the
 * same bytes.
 */
export async function measureSample(
  core: Core,
  { bytes, name }: Sample,
  promise: { readonly figure: string; readonly rounds: number; readonly target: Target | null },
): Promise<Row> {
  const inspection = core.inspect(0, bytes);
  if (inspection.verdict !== 'allow' || inspection.requests.length !== 2) {
    throw new Error(`${name}: expected two volumes and no finding, got ${JSON.stringify(inspection.findings)}`);
  }
  const ours = batches(() => core.inspectBytes(0, bytes));
  const peer = batches(() => encoder.encode(JSON.stringify(JSON.parse(decoder.decode(bytes)))));
  const times = await compare(ours, peer, promise.rounds);
  return {
    name: promise.figure,
    what: `${name}, ${bytes.byteLength} bytes; median of ${promise.rounds} rounds`,
    unit: 'µs',
    value: times.ours * 1000,
    peer: { name: 'V8 decode, parse, stringify, encode', value: times.peer * 1000, ratio: times.ratio },
    target: promise.target,
  };
}
