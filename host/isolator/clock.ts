/** What an isolator knows of time and chance; given, so that a test decides both. */
export interface Clock {
  /** Milliseconds since the machine was started: the same for all of its processes, whatever the wall clock does. */
  uptimeMs(): number;
  /** From 0 up to, but never 1: spreads retries that would else come all at the same moment. */
  random(): number;
}

/** CLOCK_MONOTONIC, which starts with the kernel. */
export const systemClock: Clock = {
  uptimeMs: () => Number(process.hrtime.bigint() / 1_000_000n),
  random: Math.random,
};
