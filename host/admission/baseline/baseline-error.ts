/** What `--since` names cannot be compared with. */
export class BaselineError extends Error {
  override readonly name = 'BaselineError';
  readonly code = 'baseline-unusable';
  readonly expected: string;
  readonly got: string;
  readonly advice: string;
  readonly exitCode = 2;

  constructor(fields: { expected: string; got: string; advice: string; cause?: unknown }) {
    super('there is nothing to compare with', fields.cause === undefined ? undefined : { cause: fields.cause });
    this.expected = fields.expected;
    this.got = fields.got;
    this.advice = fields.advice;
  }
}
