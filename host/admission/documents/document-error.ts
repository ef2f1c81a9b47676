/** Why a document could not be checked at all; every code has its section in docs/errors.md. */
export type DocumentErrorCode =
  /** No file has this name, or none fits the pattern. */
  | 'document-missing'
  /** The file is there and cannot be read. */
  | 'document-unreadable'
  /** The file is larger than is read at all. */
  | 'document-size'
  /** The file is not YAML, or YAML that is no JSON document. */
  | 'document-yaml'
  /** The file cannot be written, or was changed by somebody else in the meantime. */
  | 'document-unwritable';

/** Where in a text a document goes wrong, 1-based; columns in UTF-16 code units. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** A document that cannot be checked: the others are, all the same. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
  readonly code: DocumentErrorCode;
  /** What the user calls it. */
  readonly file: string;
  readonly expected: string;
  readonly got: string;
  readonly advice: string;
  readonly place: TextPlace | null;
  /** That of a file that cannot be read (docs/cli.md). */
  readonly exitCode = 2;

  constructor(
    message: string,
    fields: {
      code: DocumentErrorCode;
      file: string;
      expected: string;
      got: string;
      advice: string;
      place?: TextPlace | null;
      cause?: unknown;
    },
  ) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.code = fields.code;
    this.file = fields.file;
    this.expected = fields.expected;
    this.got = fields.got;
    this.advice = fields.advice;
    this.place = fields.place ?? null;
  }
}

/** By its name, and not by its class: what is loaded only when it is needed may have a class of its own (bundle.ts). */
export function isDocumentError(error: unknown): error is DocumentError {
  return error instanceof Error && error.name === 'DocumentError';
}
