import type { Output } from '../context.ts';

/** Shorter runs are over before anybody could read a line. */
const DELAY_MS = 500;
const INTERVAL_MS = 100;

/** Goes back to the beginning of the line and clears it. */
const CLEAR = '\r\u001b[K';

/** Says how far a long run is, on a terminal's line that is gone when it ends. */
export interface ProgressLine {
  step(): void;
  close(): void;
}

/**
 * @param total how many steps there are
 * @param nowMs a clock in milliseconds
 */
export function createProgressLine(
  output: Output,
  total: number,
  quiet: boolean,
  nowMs: () => number = () => performance.now(),
): ProgressLine {
  if (!output.terminal || quiet) return { step() {}, close() {} };
  let done = 0;
  let isShown = false;
  let nextMs = nowMs() + DELAY_MS;
  return {
    step() {
      done += 1;
      if (nowMs() < nextMs) return;
      nextMs = nowMs() + INTERVAL_MS;
      isShown = true;
      output.stream.write(`${CLEAR}checked ${done} of ${total} files`);
    },
    close() {
      if (isShown) output.stream.write(CLEAR);
    },
  };
}
