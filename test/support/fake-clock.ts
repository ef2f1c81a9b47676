import type { Clock } from '../../host/driver/plugin/clock.ts';

/** A clock whose sleeps are over at once and noted; time passes in sleeps only. */
export function createFakeClock(
  onSleep: (durationMs: number) => void = () => {},
): Clock & { readonly sleeps: number[] } {
  let nowMs = 0;
  const sleeps: number[] = [];
  return {
    sleeps,
    nowMs: () => nowMs,
    sleep: async (durationMs, signal) => {
      sleeps.push(durationMs);
      nowMs += durationMs;
      onSleep(durationMs);
      signal?.throwIfAborted();
    },
  };
}
