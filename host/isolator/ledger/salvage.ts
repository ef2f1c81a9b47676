import { closeSync, constants, copyFileSync, existsSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Row } from './connection.ts';
import { type LedgerFiles, sizeOf } from './ledger-files.ts';
import { readBothWays, readGap } from './salvage-reading.ts';
import { TABLES, type TableName } from './schema.ts';
import { filesystemFailure } from './state-directory.ts';

/** The page size of every ledger: SQLite's default, which we never change. */
const PAGE_BYTES = 4096;
/** Where the header keeps the size of the database in pages (sqlite.org/fileformat2.html, "The Database Header"). */
const PAGE_COUNT_OFFSET = 28;

/** What could be read of one table. */
export interface SalvagedTable {
  /** Whole rows by their rowid. */
  readonly rows: ReadonlyMap<number, Row>;
  /** What the unique index says of rows that the table itself does not have any more. */
  readonly mended: ReadonlyMap<number, Row>;
  /** Whether all of the table was read. */
  readonly isComplete: boolean;
}

export type Salvaged = Readonly<Record<TableName, SalvagedTable>>;

/** The columns that the unique index of each table holds: a second copy of every name, on pages of its own. */
const INDEXED_COLUMNS: Readonly<Record<TableName, string>> = {
  meta: 'key',
  containers: 'name',
  volumes: 'driver, name',
  claims: 'container, volume',
  directories: 'path',
  holds: 'name',
};

/**
 * Reads what can be read of a damaged ledger, from a copy, since SQLite writes to what it opens. When the first page is
 * gone, and with it the list of tables, the first page of a new ledger takes its place: every ledger has the same.
 * @param fresh the file of a new ledger, closed
 * @throws {LedgerError} `ledger-full` when there is no space for the copy
 */
export function salvage(files: LedgerFiles, fresh: string): Salvaged {
  copy(files);
  try {
    const asItIs = readTables(files.salvage);
    if (asItIs !== null) return asItIs;
    copy(files);
    return replaceFirstPage(files.salvage, fresh) ? (readTables(files.salvage) ?? NOTHING) : NOTHING;
  } finally {
    removeCopy(files);
  }
}

/** @returns null when the list of tables itself cannot be read */
function readTables(path: string): Salvaged | null {
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(path);
    // Look at each cell before it is believed.
    database.exec('PRAGMA cell_size_check = ON');
    const names = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    if (!TABLES.every((table) => names.some((row) => row.name === table))) return null;
    const open = database;
    return Object.fromEntries(TABLES.map((table) => [table, readTable(open, table)])) as Salvaged;
  } catch {
    return null;
  } finally {
    closeQuietly(database);
  }
}

function readTable(database: DatabaseSync, table: TableName): SalvagedTable {
  const whole = readBothWays(database, `SELECT rowid AS row, * FROM ${table} NOT INDEXED`, 'rowid');
  if (!whole.isComplete) readGap(database, `SELECT rowid AS row, * FROM ${table} NOT INDEXED WHERE rowid = ?`, whole);
  const columns = INDEXED_COLUMNS[table];
  const index = `sqlite_autoindex_${table}_1`;
  const named = readBothWays(database, `SELECT rowid AS row, ${columns} FROM ${table} INDEXED BY ${index}`, columns);
  const mended = new Map([...named.rows].filter(([rowid]) => !whole.rows.has(rowid)));
  return { rows: whole.rows, mended, isComplete: whole.isComplete };
}

function copy(files: LedgerFiles): void {
  removeCopy(files);
  try {
    for (const suffix of ['', '-wal']) {
      const source = `${files.database}${suffix}`;
      if (existsSync(source)) copyFileSync(source, `${files.salvage}${suffix}`, constants.COPYFILE_FICLONE);
    }
  } catch (error) {
    removeCopy(files);
    throw filesystemFailure(error, files.salvage);
  }
}

function removeCopy(files: LedgerFiles): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${files.salvage}${suffix}`, { force: true });
}

/** @returns false when the file is too short to hold anything but its first page */
function replaceFirstPage(path: string, fresh: string): boolean {
  const pages = Math.floor((sizeOf(path) ?? 0) / PAGE_BYTES);
  if (pages < 2) return false;
  const page = Buffer.alloc(PAGE_BYTES);
  withFile(fresh, 'r', (fd) => readSync(fd, page, 0, PAGE_BYTES, 0));
  page.writeUInt32BE(pages, PAGE_COUNT_OFFSET);
  withFile(path, 'r+', (fd) => writeSync(fd, page, 0, PAGE_BYTES, 0));
  return true;
}

function withFile(path: string, flags: string, work: (fd: number) => void): void {
  const fd = openSync(path, flags);
  try {
    work(fd);
  } finally {
    closeSync(fd);
  }
}

function closeQuietly(database: DatabaseSync | null): void {
  try {
    database?.close();
  } catch {
    // A copy that is thrown away: whether its log could be written back does not matter.
  }
}

const EMPTY: SalvagedTable = { rows: new Map(), mended: new Map(), isComplete: false };

const NOTHING: Salvaged = {
  meta: EMPTY,
  containers: EMPTY,
  volumes: EMPTY,
  claims: EMPTY,
  directories: EMPTY,
  holds: EMPTY,
};
