import { COUNTED_TOLERANCE, type Figure, type Row } from '../figure.ts';
import { measureInChild } from '../processes.ts';

/** What the engine may take for itself in a million calls, a quarter of a byte each: compiled code, statistics. */
const ENGINE_SHARE_BYTES = 256 * 1024;

/** A million calls on one instance: neither its memory nor the heap of its process grows. */
export const memoryFigure: Figure = {
  name: 'memory',
  async measure(): Promise<Row[]> {
    const { calls, before, after } = (await measureInChild('inspect-a-million.ts', ['--expose-gc'])) as MemoryUse;
    const what = `after ${calls.toLocaleString('en')} calls of inspect`;
    return [
      row(`memory of the core ${what}`, before.core, after.core, 0),
      row(`heap and buffers of the process ${what}`, before.heap, after.heap, ENGINE_SHARE_BYTES),
    ];
  },
};

/** What bench/children/inspect-a-million.ts tells, in bytes. */
interface MemoryUse {
  readonly calls: number;
  readonly before: { readonly core: number; readonly heap: number };
  readonly after: { readonly core: number; readonly heap: number };
}

function row(what: string, beforeBytes: number, afterBytes: number, growthMaxBytes: number): Row {
  return {
    name: 'memory',
    what,
    unit: 'bytes',
    value: afterBytes,
    peer: { name: 'before them', value: beforeBytes, ratio: afterBytes / beforeBytes },
    target: { of: 'value', atMost: beforeBytes + growthMaxBytes, tolerance: COUNTED_TOLERANCE },
  };
}
