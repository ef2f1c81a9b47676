/**
 * A small generator of random numbers with a seed, so that a run that failed can be run again: `sfc32` of Chris
 * Doty-Humphrey's PractRand. Not for secrets.
 */
export class Random {
  #a = 0;
  #b = 0;
  #c: number;
  #counter = 1;

  /** @param seed any 32-bit integer */
  constructor(seed: number) {
    this.#c = seed | 0;
    for (let round = 0; round < 15; round++) this.#next();
  }

  /** An integer from 0 up to but without `limit`. */
  below(limit: number): number {
    return Math.floor((this.#next() / 0x1_0000_0000) * limit);
  }

  /** One of a list that is not empty. */
  pick<T>(list: readonly T[]): T {
    const picked = list[this.below(list.length)];
    if (picked === undefined) throw new RangeError('nothing to pick from');
    return picked;
  }

  #next(): number {
    const result = (this.#a + this.#b + this.#counter++) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + result) | 0;
    return result >>> 0;
  }
}

/** The seed of a run: from the environment variable, or a new one. Print it where a test fails. */
export function seedFrom(variable: string): number {
  const given = process.env[variable];
  if (given === undefined) return Math.floor(Math.random() * 0x1_0000_0000);
  if (!/^\d+$/.test(given)) throw new Error(`${variable}: expected a whole number, got ${JSON.stringify(given)}`);
  return Number(given);
}
