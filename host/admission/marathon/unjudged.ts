/**
 * Why there is no verdict: the checker ran past its deadline, was full or failed; Marathon did not say what an update
 * builds upon (`current`); in monitor mode also a form (`form`) or a size (`size`) that enforcing would have refused.
 */
export type UnjudgedReason = 'deadline' | 'queue-full' | 'fault' | 'current' | 'form' | 'size';

/** A document without a verdict: the failure mode decides. */
export class Unjudged extends Error {
  readonly reason: UnjudgedReason;

  constructor(reason: UnjudgedReason, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.reason = reason;
  }
}
