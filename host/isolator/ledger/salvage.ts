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
 * Reads what can be read of a damaged ledger, from a copy, since SQLite writes to what it opens. When the list of
 * tables cannot be read, that of a new ledger takes its place: every ledger has the same.
 * @param fresh the file of a new ledger, closed
 * @throws {LedgerError} `ledger-full` when there is no space for the copy
 */
export function salvage(files: LedgerFiles, fresh: string): Salvaged {
  copy(files);
  try {
    const asItIs = readTables(files.salvage);
    if (asItIs !== null) return asItIs;
    copy(files);
    if (!existsSync(files.salvage)) return NOTHING;
    const isWhole = replaceSchemaPages(files.salvage, fresh);
    const repaired = readTables(files.salvage) ?? NOTHING;
    // A root that was appended is that of an empty table: what the table held is not known.
    return isWhole ? repaired : asIncomplete(repaired);
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

/**
 * Lays the pages of a new ledger that hold the list of tables over those of a damaged one, and appends its other pages
 * where the damaged one was cut off, so that every table has a root. All ledgers begin with the same pages.
 * @returns false when pages had to be appended
 */
function replaceSchemaPages(path: string, fresh: string): boolean {
  const pages = Math.floor((sizeOf(path) ?? 0) / PAGE_BYTES);
  const freshPages = (sizeOf(fresh) ?? 0) / PAGE_BYTES;
  const replaced = new Set(schemaPagesOf(fresh));
  withFile(fresh, 'r', (source) =>
    withFile(path, 'r+', (target) => {
      for (let page = 1; page <= freshPages; page += 1) {
        if (page <= pages && !replaced.has(page)) continue;
        const bytes = Buffer.alloc(PAGE_BYTES);
        readSync(source, bytes, 0, PAGE_BYTES, (page - 1) * PAGE_BYTES);
        if (page === 1) bytes.writeUInt32BE(Math.max(pages, freshPages), PAGE_COUNT_OFFSET);
        writeSync(target, bytes, 0, PAGE_BYTES, (page - 1) * PAGE_BYTES);
      }
    }),
  );
  return pages >= freshPages;
}

function asIncomplete(salvaged: Salvaged): Salvaged {
  const tables = Object.entries(salvaged).map(([name, table]) => [name, { ...table, isComplete: false }]);
  return Object.fromEntries(tables) as Salvaged;
}

/** The numbers of the pages that hold the list of tables, from 1. */
function schemaPagesOf(path: string): number[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const rows = database.prepare("SELECT pageno FROM dbstat WHERE name = 'sqlite_schema'").all();
    return rows.map(({ pageno }) => Number(pageno));
  } finally {
    database.close();
  }
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
