import { InvalidArgumentError } from 'commander';

/** What Go's flags take for a truth value; a flag without a value is true. */
const TRUTH: Readonly<Record<string, boolean>> = {
  1: true,
  t: true,
  T: true,
  true: true,
  TRUE: true,
  True: true,
  0: false,
  f: false,
  F: false,
  false: false,
  FALSE: false,
  False: false,
};

export function parseTruth(text: string): boolean {
  const value = TRUTH[text];
  if (value === undefined) throw new InvalidArgumentError('Expected true or false.');
  return value;
}

/** The longest time that a timer can hold, in whole seconds. */
const SECONDS_MAX = Math.floor((2 ** 31 - 1) / 1000);

/** Seconds as a person writes them, in milliseconds. */
export function parseSeconds(text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  if (seconds <= 0 || seconds > SECONDS_MAX) {
    throw new InvalidArgumentError(`Expected a number of seconds above 0, at most ${SECONDS_MAX}.`);
  }
  return seconds * 1000;
}

export function parseText(text: string): string {
  if (text === '') throw new InvalidArgumentError('Expected a text that is not empty.');
  return text;
}

export function collect(text: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), text];
}
