import type { ExitCode } from './exit-codes.ts';
import { exitCodes } from './exit-codes.ts';

/** A failure as data, the same for the terminal and for `--json`. */
export interface ErrorReport {
  /** Stable code; `internal` for what is no typed error, which is a defect of ours. */
  readonly code: string;
  readonly message: string;
  readonly expected: string | null;
  readonly got: string | null;
  readonly advice: string | null;
  /** What led to it, or, when several things failed together, each of them. */
  readonly causes: readonly ErrorReport[];
}

/** Causes of causes are shown to this depth; an error may name itself as its cause. */
const depthMax = 5;

function textField(error: Error, ...names: readonly string[]): string | null {
  const fields = error as unknown as Record<string, unknown>;
  const value = names.map((name) => fields[name]).find((field) => typeof field === 'string' && field !== '');
  return typeof value === 'string' ? value : null;
}

function causesOf(error: Error): unknown[] {
  if (error instanceof AggregateError) return error.errors;
  const failures = (error as { failures?: unknown }).failures;
  if (Array.isArray(failures) && failures.length > 0) return failures;
  return error.cause === undefined ? [] : [error.cause];
}

/** Reads any thrown value into a report. */
export function reportError(error: unknown, depth = 0): ErrorReport {
  const causes = (thrown: Error): ErrorReport[] =>
    depth >= depthMax ? [] : causesOf(thrown).map((cause) => reportError(cause, depth + 1));
  if (!(error instanceof Error)) {
    return { code: 'internal', message: String(error), expected: null, got: null, advice: null, causes: [] };
  }
  return {
    code: textField(error, 'code') ?? 'internal',
    message: error.message,
    expected: textField(error, 'expected'),
    got: textField(error, 'got'),
    advice: textField(error, 'advice', 'hint', 'remedy'),
    causes: causes(error),
  };
}

/** Whether a failure left something mounted: an undo that failed, or a step of a cleanup. */
export function leavesMounts(error: unknown): boolean {
  const { failures, plan } = (error ?? {}) as { failures?: unknown; plan?: { plan?: unknown } };
  if (!Array.isArray(failures)) return false;
  return plan?.plan === 'cleanup' || failures.some((each: { phase?: unknown }) => each.phase === 'undo');
}

/** Codes of typed errors that say more than that the machine failed. */
const exitCodesByCode: Readonly<Record<string, ExitCode>> = {
  refused: exitCodes.refused,
  'container-conflict': exitCodes.conflict,
  'service-file': exitCodes.usage,
  'core-fault': exitCodes.fault,
  internal: exitCodes.fault,
};

/** The exit code that a failure asks for; whatever is not typed counts as a defect of ours. */
export function exitCodeOf(error: unknown): ExitCode {
  const asked = (error as { exitCode?: unknown } | null)?.exitCode;
  const known = Object.values(exitCodes).find((code) => code === asked);
  if (known !== undefined) return known;
  if (leavesMounts(error)) return exitCodes.uncleaned;
  return exitCodesByCode[reportError(error).code] ?? exitCodes.machine;
}
