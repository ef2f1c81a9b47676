/** Why a driver's answer cannot be used as a mountpoint; every code has its entry in docs/errors.md. */
export type MountpointErrorCode =
  /** Not one absolute, normalised path, or the root itself. */
  | 'mountpoint-invalid'
  /** Not under one of the directories that policy allows. */
  | 'mountpoint-outside'
  /** Nothing there, no directory, or a link somebody else may have planted. */
  | 'mountpoint-unusable';

/** A driver named a mountpoint that must not be used. What it mounted, if anything, is unknown. */
export class MountpointError extends Error {
  override readonly name = 'MountpointError';
  readonly code: MountpointErrorCode;
  /** What the driver answered. Untrusted: never print it raw. */
  readonly answer: string;
  readonly expected: string;

  constructor(code: MountpointErrorCode, answer: string, expected: string, cause?: unknown) {
    super(`the driver named a mountpoint that cannot be used: ${JSON.stringify(answer)}`, { cause });
    this.code = code;
    this.answer = answer;
    this.expected = expected;
  }
}
