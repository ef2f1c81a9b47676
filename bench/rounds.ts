/** The middle of a list of numbers; the mean of the two in the middle when there are two. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const low = sorted[(sorted.length - 1) >> 1];
  const high = sorted[sorted.length >> 1];
  if (low === undefined || high === undefined) throw new RangeError('expected numbers to take the median of');
  return (low + high) / 2;
}

/** Medians over all rounds, in milliseconds; `ratio` is the median of each round's own ratio. */
export interface Comparison {
  readonly ours: number;
  readonly peer: number;
  readonly ratio: number;
  readonly rounds: number;
}

/** Does the work once, or as often as it says, and gives the milliseconds of one time. */
export type Timed = () => number | Promise<number>;

/**
 * Times two contestants in turns, so that a machine that slows down does so for both: ours first in even rounds, the
 * peer first in odd ones.
 */
export async function compare(ours: Timed, peer: Timed, rounds: number): Promise<Comparison> {
  const times = { ours: [] as number[], peer: [] as number[], ratio: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    let ownMs: number;
    let peerMs: number;
    if (round % 2 === 0) {
      ownMs = await ours();
      peerMs = await peer();
    } else {
      peerMs = await peer();
      ownMs = await ours();
    }
    times.ours.push(ownMs);
    times.peer.push(peerMs);
    times.ratio.push(ownMs / peerMs);
  }
  return { ours: median(times.ours), peer: median(times.peer), ratio: median(times.ratio), rounds };
}

/** How long a batch takes, so that the clock's own cost and grain vanish in it. */
const BATCH_MS = 4;
const WARM_UP_MS = 200;

/**
 * Makes a contestant of a function that returns something to look at, so that no compiler can leave the work out: it is
 * run until it is compiled, then timed in batches.
 */
export function batches(work: () => { readonly byteLength: number }): Timed {
  let seen = 0;
  const run = (calls: number): number => {
    const startMs = performance.now();
    for (let call = 0; call < calls; call++) seen += work().byteLength;
    if (seen === 0) throw new Error('expected the work to give bytes');
    return performance.now() - startMs;
  };
  const warmUpEndMs = performance.now() + WARM_UP_MS;
  let fastestMs = Number.POSITIVE_INFINITY;
  while (performance.now() < warmUpEndMs) fastestMs = Math.min(fastestMs, run(10) / 10);
  const calls = Math.max(1, Math.round(BATCH_MS / fastestMs));
  return () => run(calls) / calls;
}
