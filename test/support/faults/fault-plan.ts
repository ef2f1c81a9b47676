/** When an effect fails: before it acts, or after it has acted, so that only its report is lost. */
export type Moment = 'before' | 'after';

/**
 * Counts effects in the order in which they begin, and says which of them fail: the i-th, or all from the i-th on.
 * While it is off nothing is counted and nothing fails.
 */
export class FaultPlan {
  #count = 0;
  #first = Number.POSITIVE_INFINITY;
  #isLasting = false;
  #isOn = false;
  /** What failed, for the message of a test that fails. */
  readonly injected: string[] = [];

  /** @param first index of the effect to fail, from 0; those after it fail as well when `isLasting`. */
  begin(first: number, isLasting: boolean): void {
    this.#count = 0;
    this.#first = first;
    this.#isLasting = isLasting;
    this.#isOn = true;
    this.injected.length = 0;
  }

  end(): void {
    this.#isOn = false;
  }

  /** Counts one effect; true when it is to fail. */
  isNext(effect: string): boolean {
    if (!this.#isOn) return false;
    const index = this.#count++;
    const fails = this.#isLasting ? index >= this.#first : index === this.#first;
    if (fails) this.injected.push(`${index} ${effect}`);
    return fails;
  }

  /** Lets an effect happen, or fail at a moment. */
  async act<Result>(
    effect: string,
    moment: Moment,
    run: () => Promise<Result>,
    makeError: () => Error,
  ): Promise<Result> {
    if (!this.isNext(effect)) return await run();
    if (moment === 'after') dispose(await run());
    throw makeError();
  }
}

/** Nobody gets it, so that nobody else could close it. */
function dispose(result: unknown): void {
  if (typeof result === 'object' && result !== null && Symbol.dispose in result)
    (result as Disposable)[Symbol.dispose]();
}

/** What the kernel says of a disk that fails. */
export function systemFailure(call: string): Error {
  return Object.assign(new Error(`EIO: i/o error, ${call} (injected)`), { code: 'EIO', errno: -5, syscall: call });
}
