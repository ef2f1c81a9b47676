import { largeApp, smallApp } from '../documents.ts';
import { type Figure, type Row, type Target, TIMED_TOLERANCE } from '../figure.ts';
import { loadCore, measureSample } from '../inspect-sample.ts';

const ROUNDS = 101;

/** Reading a small and a large document, against V8 in the same run. */
export const inspectFigure: Figure = {
  name: 'inspect',
  async measure(): Promise<Row[]> {
    const core = await loadCore();
    const promise = (target: Target) => ({ figure: 'inspect', rounds: ROUNDS, target });
    return [
      await measureSample(core, smallApp(), promise(atMost(0.6))),
      await measureSample(core, largeApp(), promise(atMost(0.5))),
    ];
  },
};

function atMost(ratio: number): Target {
  return { of: 'ratio', atMost: ratio, tolerance: TIMED_TOLERANCE };
}
