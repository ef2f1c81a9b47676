import type { ExitCode } from './exit-codes.ts';
import { exitCodes } from './exit-codes.ts';

/** Why the command line itself failed; every code has its section in docs/errors.md. */
export type CliErrorCode =
  /** An unknown command, option or argument. */
  | 'cli-usage'
  /** A document or policy file that cannot be read. */
  | 'cli-input'
  /** A document or policy file over the size limit. */
  | 'cli-input-size'
  /** An output that cannot be written. */
  | 'cli-output'
  /** The document does not say what to execute. */
  | 'cli-no-task'
  /** `dvdi explain` was asked for a code that nobody knows. */
  | 'cli-unknown-code'
  /** The right to mount is missing. */
  | 'cli-rights'
  /** A file of the installation is missing. */
  | 'cli-installation'
  /** `dvdi run` was given a container that is prepared already, by another run or by a runtime. */
  | 'cli-container-taken'
  /** What should say which containers run cannot be understood. */
  | 'cli-containers'
  /** `dvdi release` was asked about a volume that the ledger does not have. */
  | 'cli-unknown-volume'
  /** `dvdi release` was asked about a volume that a container uses. */
  | 'cli-volume-in-use'
  /** The configuration of the Criteo adapter. */
  | 'criteo-configuration'
  /** What the Mesos agent handed to the Criteo adapter. */
  | 'criteo-input';

/** A failure of the command line, in the form of every error of the house: expected, got, what to do. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly code: CliErrorCode;
  readonly expected: string;
  readonly got: string;
  readonly advice: string;
  readonly exitCode: ExitCode;

  constructor(
    message: string,
    fields: {
      code: CliErrorCode;
      expected: string;
      got: string;
      advice: string;
      exitCode?: ExitCode;
      cause?: unknown;
    },
  ) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.code = fields.code;
    this.expected = fields.expected;
    this.got = fields.got;
    this.advice = fields.advice;
    this.exitCode = fields.exitCode ?? exitCodes.usage;
  }
}
