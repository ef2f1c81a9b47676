/** Runs what is given for one key in the order in which it came, one at a time; different keys never wait. */
export class KeyedQueue {
  /** The last piece of work of each key that has any. Never rejects. */
  readonly #tails = new Map<string, Promise<void>>();

  /** @returns what `work` returns, also its rejection */
  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key) ?? Promise.resolve();
    const result = before.then(work);
    const tail = result
      .then(
        () => undefined,
        () => undefined,
      )
      .then(() => {
        if (this.#tails.get(key) === tail) this.#tails.delete(key);
      });
    this.#tails.set(key, tail);
    return result;
  }

  /** Resolves when nothing is left to do, also of what comes in meanwhile. */
  async idle(): Promise<void> {
    while (this.#tails.size > 0) await Promise.all(this.#tails.values());
  }
}
