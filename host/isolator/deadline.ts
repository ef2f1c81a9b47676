/** The host itself did not get an answer in time: a filesystem or a driver hangs without a limit of its own. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
  readonly code = 'filesystem-timeout';
  readonly timeoutMs: number;

  constructor(what: string, timeoutMs: number) {
    super(`${what}: expected an answer within ${timeoutMs} ms, got none; the filesystem there may hang`);
    this.timeoutMs = timeoutMs;
  }
}

/** Longest that looking at a directory may take. A local one answers in microseconds, a dead server never. */
export const LOOK_TIMEOUT_MS = 30_000;

/**
 * Waits no longer than allowed. A system call that hangs cannot be called back: it goes on in its thread, and what it
 * answers one day is dropped.
 * @param late makes the error that is thrown when the time is over.
 */
export async function withDeadline<Value>(
  awaited: Promise<Value>,
  timeoutMs: number,
  late: () => Error,
): Promise<Value> {
  const { promise: over, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(late()), timeoutMs);
  try {
    return await Promise.race([awaited, over]);
  } finally {
    clearTimeout(timer);
    // What comes after the deadline is nobody's any more, an error too.
    awaited.catch(() => undefined);
  }
}
