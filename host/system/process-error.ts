/** Why a run failed; every code has its entry in docs/errors.md. */
export type ProcessErrorCode =
  /** The executable is missing or cannot be executed: nothing ran. */
  | 'process-start'
  /** It took longer than it may and was ended. */
  | 'process-timeout'
  /** The caller gave up and it was ended. */
  | 'process-cancelled'
  /** It wrote more than it may and was ended. */
  | 'process-output'
  /** A signal that is not ours ended it. */
  | 'process-signal'
  /** It exited with another code than 0. */
  | 'process-exit';

export interface ProcessFailure {
  readonly code: ProcessErrorCode;
  readonly executable: string;
  readonly timeoutMs: number;
  readonly outputMaxBytes: number;
  /** null when it did not start or a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Why it did not start, for example `ENOENT`; else null. */
  readonly errno: string | null;
  /** False when nothing ran at all, so that nothing can have been done. */
  readonly hasStarted: boolean;
  /** Untrusted: never print it raw. */
  readonly stdout: Buffer;
  /** Untrusted: never print it raw. */
  readonly stderr: Buffer;
  readonly durationMs: number;
}

/**
 * A run that failed, in a form that a program can read. The message names the executable and never the arguments or
 * the output: both may hold a secret.
 */
export class ProcessError extends Error implements ProcessFailure {
  override readonly name = 'ProcessError';
  readonly code: ProcessErrorCode;
  readonly executable: string;
  readonly timeoutMs: number;
  readonly outputMaxBytes: number;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly errno: string | null;
  readonly hasStarted: boolean;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly durationMs: number;
  readonly isMissing: boolean;
  readonly timedOut: boolean;
  readonly isCancelled: boolean;
  readonly isOutputTooLong: boolean;

  constructor(failure: ProcessFailure) {
    super(messageOf(failure));
    this.code = failure.code;
    this.executable = failure.executable;
    this.timeoutMs = failure.timeoutMs;
    this.outputMaxBytes = failure.outputMaxBytes;
    this.exitCode = failure.exitCode;
    this.signal = failure.signal;
    this.errno = failure.errno;
    this.hasStarted = failure.hasStarted;
    this.stdout = failure.stdout;
    this.stderr = failure.stderr;
    this.durationMs = failure.durationMs;
    this.isMissing = failure.code === 'process-start';
    this.timedOut = failure.code === 'process-timeout';
    this.isCancelled = failure.code === 'process-cancelled';
    this.isOutputTooLong = failure.code === 'process-output';
  }
}

function messageOf(failure: ProcessFailure): string {
  const who = JSON.stringify(failure.executable);
  const reason = failure.errno ?? 'unknown reason';
  switch (failure.code) {
    case 'process-start':
      return `${who} could not be started (${reason}): expected an executable file at this path`;
    case 'process-timeout':
      return `${who} was ended: expected it to finish within ${failure.timeoutMs} ms`;
    case 'process-cancelled':
      return `${who} was ended because the caller gave up after ${Math.round(failure.durationMs)} ms`;
    case 'process-output':
      return `${who} was ended: expected at most ${failure.outputMaxBytes} bytes on stdout, got more`;
    case 'process-signal':
      return `${who} was ended by ${failure.signal ?? 'a signal'}: expected it to exit by itself`;
    case 'process-exit':
      return `${who} exited with ${failure.exitCode}: expected 0`;
  }
}
