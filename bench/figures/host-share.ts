import { type Figure, type Row, type Target, TIMED_TOLERANCE } from '../figure.ts';
import { measureInChild } from '../processes.ts';
import { median } from '../rounds.ts';

const PROCESSES = 15;
/** Rounds of a process that come before everything is compiled. */
const WARM_UP_ROUNDS = 100;

const TARGET: Target = { of: 'value', atMost: 10, tolerance: TIMED_TOLERANCE };

/** What the host itself adds to a prepare of ten volumes; bench/README.md tells how that is taken apart. */
export const hostShareFigure: Figure = {
  name: 'host-share',
  async measure(): Promise<Row[]> {
    const runs: PrepareTimes[] = [];
    for (let round = 0; round < PROCESSES; round++) {
      runs.push((await measureInChild('prepare-ten-volumes.ts')) as PrepareTimes);
    }
    const warm = runs.map(({ wallMs, userMs }) => ({
      wallMs: median(wallMs.slice(WARM_UP_ROUNDS)),
      userMs: mean(userMs.slice(WARM_UP_ROUNDS)),
    }));
    return [
      row('CPU time outside of the kernel, all threads', median(warm.map(({ userMs }) => userMs)), TARGET),
      row('wall clock, the kernel included', median(warm.map(({ wallMs }) => wallMs)), TARGET),
      row('CPU time, first prepare of a process', mean(runs.flatMap(({ userMs }) => userMs.slice(0, 1))), TARGET),
      row('wall clock, first prepare of a process', median(runs.flatMap(({ wallMs }) => wallMs.slice(0, 1))), null),
    ];
  },
};

/** What bench/children/prepare-ten-volumes.ts tells: one number for each round. */
interface PrepareTimes {
  readonly wallMs: readonly number[];
  readonly userMs: readonly number[];
}

function row(what: string, value: number, target: Target | null): Row {
  const whole = `prepare of ten volumes, ${what}; ${PROCESSES} processes`;
  return { name: 'host-share', what: whole, unit: 'ms', value, peer: null, target };
}

// The kernel counts CPU time in ticks that are coarser than one prepare: only the mean of many tells something.
function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
