import { stat } from 'node:fs/promises';
import { packagePath } from '../../host/system/package-path.ts';
import { COUNTED_TOLERANCE, type Figure, type Row, TIMED_TOLERANCE } from '../figure.ts';
import { measureInChild } from '../processes.ts';
import { median } from '../rounds.ts';

const PROCESSES = 31;

/** The file of the core: how large it is, and how long a fresh process takes to make it ready. */
export const wasmFigure: Figure = {
  name: 'wasm',
  async measure(): Promise<Row[]> {
    const { size } = await stat(packagePath('build/dvdi.wasm'));
    const loads: LoadTimes[] = [];
    for (let round = 0; round < PROCESSES; round++) loads.push((await measureInChild('load-core.ts')) as LoadTimes);
    return [
      {
        name: 'wasm',
        what: 'size of build/dvdi.wasm',
        unit: 'bytes',
        value: size,
        peer: null,
        target: { of: 'value', atMost: 112 * 1024, tolerance: COUNTED_TOLERANCE },
      },
      {
        name: 'wasm',
        what: `compile and instantiate; median of ${PROCESSES} fresh processes`,
        unit: 'ms',
        value: median(loads.map(({ loadMs }) => loadMs)),
        peer: null,
        target: { of: 'value', atMost: 5, tolerance: TIMED_TOLERANCE },
      },
      {
        name: 'wasm',
        what: 'the first inspect after that, nothing compiled yet',
        unit: 'ms',
        value: median(loads.map(({ firstInspectMs }) => firstInspectMs)),
        peer: null,
        target: null,
      },
    ];
  },
};

/** What bench/children/load-core.ts tells. */
interface LoadTimes {
  readonly loadMs: number;
  readonly firstInspectMs: number;
}
