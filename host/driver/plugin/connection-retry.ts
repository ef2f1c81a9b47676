import type { Clock } from './clock.ts';
import { PluginFailure } from './plugin-failure.ts';

const FIRST_DELAY_MS = 1_000;

/** Docker gives up when the next wait would end past this; with 1, 2, 4 and 8 s it waits 15 s in all. */
const RETRY_WITHIN_MS = 30_000;

/** The limits that one operation on a plugin keeps, whatever number of calls it makes. */
export interface OperationLimits {
  readonly clock: Clock;
  /** Moment on the clock after which the operation has failed. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
  /** False: a plugin that is not there fails the operation at once. */
  readonly wait: boolean;
  /** Told before each wait, in printable text. */
  readonly notice?: ((text: string) => void) | undefined;
}

/**
 * Tries until the plugin can be reached: Docker's schedule (1, 2, 4, 8 s). Only a failure to reach it is tried again,
 * never one after which the plugin may have acted. A wait that the deadline would cut short is not begun.
 *
 * @throws {PluginFailure} the last failure; `driver-timeout` when the caller gives up during a wait
 */
export async function retryConnection<T>(attempt: () => Promise<T>, limits: OperationLimits): Promise<T> {
  const { clock, signal } = limits;
  const startMs = clock.nowMs();
  for (let delayMs = FIRST_DELAY_MS; ; delayMs *= 2) {
    try {
      return await attempt();
    } catch (error) {
      if (!limits.wait || !(error instanceof PluginFailure) || !error.retry) throw error;
      const resumeMs = clock.nowMs() + delayMs;
      if (resumeMs - startMs >= RETRY_WITHIN_MS || resumeMs >= limits.deadlineMs) throw error;
      limits.notice?.(`${error.message}; next attempt in ${delayMs / 1000} s`);
      await waitFor(clock, delayMs, signal, error);
    }
  }
}

async function waitFor(
  clock: Clock,
  delayMs: number,
  signal: AbortSignal | undefined,
  error: PluginFailure,
): Promise<void> {
  try {
    await clock.sleep(delayMs, signal);
  } catch (cause) {
    throw new PluginFailure(`the caller gave up while waiting: ${error.message}`, {
      code: 'driver-timeout',
      mayHaveActed: false,
      cause,
    });
  }
}
