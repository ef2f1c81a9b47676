/** A folder of cases that cannot be run as it is. */
export class CaseError extends Error {
  override readonly name = 'CaseError';
  readonly code = 'case-invalid';
  readonly file: string;
  readonly expected: string;
  readonly got: string;
  readonly advice: string;
  readonly exitCode = 2;

  constructor(file: string, fields: { expected: string; got: string; advice: string; cause?: unknown }) {
    super(`${file} is no case`, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.file = file;
    this.expected = fields.expected;
    this.got = fields.got;
    this.advice = fields.advice;
  }
}
