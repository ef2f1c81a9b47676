import { LedgerError } from './ledger-error.ts';

/** Result codes of SQLite that mean something of their own to us (sqlite.org/rescode.html). */
const PRIMARY = {
  error: 1,
  perm: 3,
  busy: 5,
  locked: 6,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  protocol: 15,
  notDatabase: 26,
} as const;

/** SQLITE_IOERR_SHMSIZE: no space for the shared memory file, which is given its size before it is mapped. */
const SHARED_MEMORY_SIZE = 4874;

/** The extended result code of an error that SQLite threw; null for any other error. */
export function sqliteCodeOf(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return null;
  return typeof error.errcode === 'number' ? error.errcode : null;
}

/** SQLite's own words. In jest, errors of Node are no `Error` of the test's. */
export function messageOf(error: unknown): string {
  return String(Reflect.get(Object(error), 'message'));
}

/** Whether somebody else was in the way and the same may work in a moment. */
export function isBusy(error: unknown): boolean {
  const primary = primaryOf(error);
  return primary === PRIMARY.busy || primary === PRIMARY.locked || primary === PRIMARY.protocol;
}

/** Whether the file is not what SQLite expects of a database. */
export function isDamage(error: unknown): boolean {
  const primary = primaryOf(error);
  return primary === PRIMARY.corrupt || primary === PRIMARY.notDatabase;
}

/** Whether SQLite did not understand a statement, or what it needs for it. */
export function isError(error: unknown): boolean {
  return primaryOf(error) === PRIMARY.error;
}

/**
 * Says a failure of SQLite in our words; every other error is given back as it is.
 * @param place the ledger's file
 */
export function translated(error: unknown, place: string): unknown {
  const code = sqliteCodeOf(error);
  if (code === null) return error;
  const reason = messageOf(error);
  const fail = (kind: LedgerError['code'], what: string, advice: string) =>
    new LedgerError(kind, `${place}: ${what} (SQLite: ${reason}, ${code})`, advice, error);
  if (code === SHARED_MEMORY_SIZE) return fail('ledger-full', 'expected space for the ledger, got none', FREE_SPACE);
  switch (code & 0xff) {
    case PRIMARY.full:
      return fail('ledger-full', 'expected space for the change, got none', FREE_SPACE);
    case PRIMARY.readOnly:
      return fail('ledger-read-only', 'expected a ledger that can be written', 'remount its filesystem read-write');
    case PRIMARY.perm:
    case PRIMARY.cannotOpen:
      return fail('ledger-rights', 'expected a ledger that can be opened', 'check the rights of the state directory');
    case PRIMARY.corrupt:
    case PRIMARY.notDatabase:
      return fail('ledger-damaged', 'expected a sound ledger', 'open it again: it is then set aside and rebuilt');
    case PRIMARY.busy:
    case PRIMARY.locked:
    case PRIMARY.protocol:
      return fail('ledger-busy', 'expected the ledger to be free', 'try again; `fuser` names who has it open');
    default:
      return fail('ledger-failed', 'the ledger cannot be used', 'check the disk and the kernel log');
  }
}

const FREE_SPACE = 'free space on the filesystem of the state directory and try again';

function primaryOf(error: unknown): number | null {
  const code = sqliteCodeOf(error);
  return code === null ? null : code & 0xff;
}
