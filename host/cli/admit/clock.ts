import { CliError } from '../cli-error.ts';

const RFC_3339_UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/u;

/**
 * The time that a run is made at.
 * @param given `--now`
 * @throws {CliError} `cli-usage`
 */
export function clockOf(given: string | undefined): string {
  if (given === undefined) return new Date().toISOString();
  if (RFC_3339_UTC.test(given) && !Number.isNaN(Date.parse(given))) return given;
  throw new CliError('--now is no time', {
    code: 'cli-usage',
    expected: 'a time in UTC as RFC 3339 has it, for example 2026-11-24T00:00:00Z',
    got: given,
    advice: 'leave --now out for the clock of this machine',
  });
}
