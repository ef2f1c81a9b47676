/** A signal asked for an end before the work was done; what had been prepared is undone. */
export class EndedEarlyError extends Error {
  override readonly name = 'EndedEarlyError';
  readonly code = 'cli-signal';

  /** @param what for example `the task had started` */
  constructor(signal: NodeJS.Signals, what: string) {
    super(`${signal} came before ${what}`);
  }
}
