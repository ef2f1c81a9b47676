import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { LedgerError } from './ledger-error.ts';
import { type LedgerFiles, sizeOf } from './ledger-files.ts';
import { applicationIdOf, refuseNewer, schemaVersionOf } from './migrations.ts';
import { APPLICATION_ID, SCHEMA_1, SCHEMA_VERSION, TABLES } from './schema.ts';
import { isDamage, isError, messageOf, translated } from './sqlite-failure.ts';

/** A full check reads about 1 MB in 4 ms (measured): up to here it is made each time the ledger is opened. */
const ALWAYS_CHECKED_BYTES = 4 * 1024 * 1024;

/** Nobody writes to a ledger for longer than a moment. */
const BUSY_TIMEOUT_MS = 10_000;

/** What decides whether a large ledger has to be read in full. */
export interface CheckCircumstances {
  readonly boot: string;
  /** Whether somebody has it open now: then it was checked when they opened it. */
  readonly isInUse: boolean;
  /** The newest schema that we know. */
  readonly knownVersion: number;
}

/**
 * What is wrong with the file of a ledger; null when nothing is. Reads only: what is damaged stays as it is.
 * @throws {LedgerError} when it cannot be looked at, or is another program's
 */
export function findDamage(files: LedgerFiles, circumstances: CheckCircumstances): string | null {
  const hasLog = existsSync(`${files.database}-wal`);
  // SQLite removes `-shm` before `-wal`, and makes it after: alone it means that somebody took the log away.
  const hasIndex = existsSync(`${files.database}-shm`);
  const size = sizeOf(files.database);
  if (size === null) return hasLog || hasIndex ? 'expected the file ledger.sqlite, got only its companions' : null;
  if (size === 0) return 'expected a database, got an empty file';
  if (hasIndex && !hasLog) return 'expected the write-ahead log ledger.sqlite-wal, got only its index';
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(files.database, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
    refuseNewer(database, files.database, circumstances.knownVersion);
    const isLeftBehind = hasLog && !circumstances.isInUse;
    return (
      findForeignness(database, files.database) ??
      findOtherSchema(database, circumstances.knownVersion) ??
      checkInFull(database, size <= ALWAYS_CHECKED_BYTES || isLeftBehind, files, circumstances.boot)
    );
  } catch (error) {
    // What is asked is always the same: that SQLite does not understand it is the database's fault.
    if (isDamage(error) || isError(error))
      return `expected a database, got a file that SQLite cannot read: ${messageOf(error)}`;
    throw translated(error, files.database);
  } finally {
    database?.close();
  }
}

/** @throws {LedgerError} `ledger-foreign` when it is sound and certainly not ours */
function findForeignness(database: DatabaseSync, path: string): string | null {
  const id = applicationIdOf(database);
  if (id === APPLICATION_ID) return null;
  const tables = tablesOf(database);
  if (id !== 0 || tables.length > 0) {
    if (!TABLES.some((name) => tables.includes(name))) throw foreignError(path, id);
  }
  return `expected the application id ${APPLICATION_ID}, got ${id}`;
}

function findOtherSchema(database: DatabaseSync, knownVersion: number): string | null {
  const version = schemaVersionOf(database);
  // An older one is brought up to date afterwards; what was its schema is not written down any more.
  if (version > 0 && version < knownVersion) return null;
  const found = schemaTextOf(database);
  const expected = expectedSchemaText();
  if (version !== SCHEMA_VERSION) return version === 0 ? 'expected a ledger, got a database without a version' : null;
  const missing = [...expected].find(([name, text]) => found.get(name) !== text)?.[0];
  if (missing !== undefined) return `expected ${missing} in the schema as it was made, got it changed or not at all`;
  return null;
}

/** Statements by the names of what they make, apart from white space. */
function schemaTextOf(database: DatabaseSync): ReadonlyMap<string, string> {
  const rows = database.prepare('SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL').all();
  return new Map(rows.map((row) => [String(row.name), String(row.sql).replace(/\s+/g, ' ')]));
}

let expectedText: ReadonlyMap<string, string> | null = null;

function expectedSchemaText(): ReadonlyMap<string, string> {
  if (expectedText === null) {
    const database = new DatabaseSync(':memory:');
    database.exec(SCHEMA_1);
    expectedText = schemaTextOf(database);
    database.close();
  }
  return expectedText;
}

function checkInFull(database: DatabaseSync, isDue: boolean, files: LedgerFiles, boot: string): string | null {
  const checkedBoot = database.prepare("SELECT value FROM meta WHERE key = 'checked_boot'").get()?.value;
  if (!isDue && !existsSync(files.suspect) && checkedBoot === boot) return null;
  // SQLite does not look at CHECK constraints through a connection that only reads. This one is closed while the other
  // is open, so that it is not the last one, which would write the log back into the damaged file.
  const writable = new DatabaseSync(files.database, { timeout: BUSY_TIMEOUT_MS });
  try {
    return findUnsoundness(writable);
  } finally {
    writable.close();
  }
}

function findUnsoundness(database: DatabaseSync): string | null {
  // Not the quick one, which leaves out whether indices and tables agree. One complaint is enough of the hundreds.
  const answer = database.prepare('PRAGMA integrity_check(1)').get();
  const complaint = String(Object.values(answer ?? {})[0] ?? 'no answer');
  return complaint === 'ok' ? null : `expected a sound database, SQLite says: ${complaint}`;
}

function tablesOf(database: DatabaseSync): string[] {
  return database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
    .all()
    .map((row) => String(row.name));
}

function foreignError(path: string, id: number): LedgerError {
  return new LedgerError(
    'ledger-foreign',
    `${path}: expected a ledger, got the SQLite database of another program (application id ${id})`,
    'choose another state directory, or move the file away; nothing was changed',
  );
}
