import { constants } from 'node:os';

/** Signals that ask for an end. */
const ending = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const satisfies readonly NodeJS.Signals[];

/** All signals that are handed to the task. */
const relayed: readonly NodeJS.Signals[] = [...ending, 'SIGUSR1', 'SIGUSR2'];

/** Takes a signal; `asksForEnd` for those that ask the task to end. */
export type SignalTarget = (signal: NodeJS.Signals, asksForEnd: boolean) => void;

/** The exit code of a process that a signal ended, as shells have it. */
export function signalExitCode(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/**
 * Hears every signal from now to the end of the process, so that none ends it before it has cleaned up, and hands them
 * to whoever is in charge at the moment: first the preparation, then the task, at last nobody.
 */
export class SignalRelay {
  #target: SignalTarget;
  #first: NodeJS.Signals | null = null;

  constructor(target: SignalTarget) {
    this.#target = target;
    for (const signal of relayed) process.on(signal, () => this.#hear(signal));
  }

  /** The first signal that asked for an end, or null. */
  get first(): NodeJS.Signals | null {
    return this.#first;
  }

  /** Hands the signals that follow to somebody else. */
  aim(target: SignalTarget): void {
    this.#target = target;
  }

  #hear(signal: NodeJS.Signals): void {
    const asksForEnd = ending.some((each) => each === signal);
    if (asksForEnd) this.#first ??= signal;
    this.#target(signal, asksForEnd);
  }
}
