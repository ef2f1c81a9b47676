import { extremeShapes, smallCompactApp } from '../documents.ts';
import type { Figure, Row } from '../figure.ts';
import { loadCore, measureSample } from '../inspect-sample.ts';

const ROUNDS = 31;

/** Documents that are nothing but one thing, to see where the time goes. No promise, but no secret either. */
export const inspectShapesFigure: Figure = {
  name: 'inspect-shapes',
  async measure(): Promise<Row[]> {
    const core = await loadCore();
    const rows: Row[] = [];
    for (const sample of [smallCompactApp(), ...extremeShapes()]) {
      rows.push(await measureSample(core, sample, { figure: 'inspect-shapes', rounds: ROUNDS, target: null }));
    }
    return rows;
  },
};
