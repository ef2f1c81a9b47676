/**
 * Locks by name within this process. Who asks for several gets a place in all their queues at the same moment, so that
 * everybody stands in the same order everywhere and no circle of waiters can form. Each queue is strictly first come,
 * first served; different names never wait for each other.
 */
export class KeyedLocks {
  readonly #lastOf = new Map<string, Promise<void>>();

  /**
   * Waits for all of the names and gives what releases them.
   * @param signal gives up waiting; its reason is thrown.
   */
  async acquire(keys: Iterable<string>, signal?: AbortSignal): Promise<Disposable> {
    signal?.throwIfAborted();
    const names = [...new Set(keys)];
    const before = Promise.all(names.map((name) => this.#lastOf.get(name)));
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    const end = () => {
      for (const name of names) if (this.#lastOf.get(name) === held) this.#lastOf.delete(name);
      release();
    };
    for (const name of names) this.#lastOf.set(name, held);
    try {
      await raceWithAbort(before, signal);
    } catch (error) {
      // The place in the queue stays taken until it is reached: those behind must not overtake those before.
      void before.then(end);
      throw error;
    }
    return { [Symbol.dispose]: end };
  }

  /** How many names are held or waited for. */
  get size(): number {
    return this.#lastOf.size;
  }
}

async function raceWithAbort(awaited: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) {
    await awaited;
    return;
  }
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([awaited, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
