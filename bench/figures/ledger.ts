import { type Figure, type Row, type Target, TIMED_TOLERANCE } from '../figure.ts';
import { measureInChild } from '../processes.ts';
import { median } from '../rounds.ts';

const LIVE = [100, 10_000, 100_000] as const;
/** One volume that all containers share, or as many as an agent may ever have. */
const VOLUMES = [1, 10_000] as const;
/** Rounds that come before everything is compiled. */
const WARM_UP_ROUNDS = 200;

const FLAT: Target = { of: 'ratio', atMost: 1.5, tolerance: TIMED_TOLERANCE };
const QUICK: Target = { of: 'value', atMost: 5, tolerance: TIMED_TOLERANCE };

/** A prepare on a volume that is mounted already costs the same however many containers are live. */
export const ledgerFigure: Figure = {
  name: 'ledger',
  async measure(): Promise<Row[]> {
    const rows: Row[] = [];
    for (const volumes of VOLUMES) {
      let fewest: number | null = null;
      for (const live of LIVE) {
        const times = await measure(live, volumes);
        const value = median(times);
        fewest ??= value;
        const on = volumes === 1 ? 'one volume' : `${volumes} volumes`;
        const what = `prepare on a mounted volume, ${live} live containers, ${on}`;
        const peer = live === LIVE[0] ? null : { name: `${LIVE[0]} live`, value: fewest, ratio: value / fewest };
        rows.push({
          name: 'ledger',
          what: `${what}; median`,
          unit: 'ms',
          value,
          peer,
          target: peer === null ? null : FLAT,
        });
        rows.push({ name: 'ledger', what: `${what}; p99`, unit: 'ms', value: p99(times), peer: null, target: QUICK });
      }
    }
    return rows;
  },
};

/** bench/children/prepare-on-mounted.ts tells one number for each round. */
async function measure(live: number, volumes: number): Promise<number[]> {
  const words = [String(live), String(volumes)];
  const { wallMs } = (await measureInChild('prepare-on-mounted.ts', [], words)) as { wallMs: number[] };
  return wallMs.slice(WARM_UP_ROUNDS);
}

function p99(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
}
