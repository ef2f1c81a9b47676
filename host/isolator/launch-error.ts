import type { LaunchErrorCode } from './launch-spec.ts';

/** A task that did not start, or that its launcher lost. Never the task's own exit code: that is no error. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError';
  readonly code: LaunchErrorCode;

  constructor(code: LaunchErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** What went wrong in the launcher, as it told it across the process boundary. */
export class LaunchCause extends Error {
  override readonly name = 'LaunchCause';
  readonly code: string;

  constructor({ code, message }: { readonly code: string; readonly message: string }) {
    super(message);
    this.code = code;
  }
}
