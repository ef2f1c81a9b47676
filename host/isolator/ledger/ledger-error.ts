/** Why the ledger cannot be used; every code has its entry in docs/errors.md. */
export type LedgerErrorCode =
  /** Somebody else holds the name, or the whole ledger, for longer than we may wait. */
  | 'ledger-busy'
  /** It was written by a newer version of this product. */
  | 'ledger-newer'
  /** The file is a database of something else. */
  | 'ledger-foreign'
  /** The state directory is no place for it: others can write there, or it belongs to somebody else. */
  | 'ledger-unsafe'
  /** No space for the change; nothing of it was written. */
  | 'ledger-full'
  /** The filesystem is read-only. */
  | 'ledger-read-only'
  /** No right to read or write it. */
  | 'ledger-rights'
  /** Its file was taken away or set aside while it was open. */
  | 'ledger-replaced'
  /** It was found damaged while it was open: opening it again mends it. */
  | 'ledger-damaged'
  /** It was closed. */
  | 'ledger-closed'
  /** Any other failure of the disk or of SQLite. */
  | 'ledger-failed';

/** A failure of the ledger, in a form that a program can read. Nothing of the change that failed was kept. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
  readonly code: LedgerErrorCode;
  /** What to do about it. */
  readonly advice: string;

  constructor(code: LedgerErrorCode, message: string, advice: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.advice = advice;
  }
}
