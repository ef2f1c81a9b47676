const FIRST_MS = 1_000;
const MAX_MS = 600_000;

/** A fifth up or down: the volumes of a driver that failed together do not come back together. */
const JITTER = 0.2;

/**
 * How long to wait before a release is tried again: a second, twice as long after each failure, at most ten minutes.
 * @param attempts failures in a row, the last one among them.
 * @param random from 0 up to 1.
 */
export function retryDelayMs(attempts: number, random: number): number {
  const delayMs = Math.min(MAX_MS, FIRST_MS * 2 ** Math.min(attempts - 1, 30));
  return Math.round(delayMs * (1 + JITTER * (2 * random - 1)));
}
