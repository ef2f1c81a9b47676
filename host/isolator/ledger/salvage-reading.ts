import type { DatabaseSync } from 'node:sqlite';
import type { Row } from './connection.ts';

/** Ids that are tried one by one between the last row from the front and the last one from the back. */
const GAP_MAX = 100_000;

export interface ReadRows {
  /** By rowid. */
  readonly rows: Map<number, Row>;
  /** Whether the end was reached without a failure. */
  readonly isComplete: boolean;
  /** How far it came from the front, and from the back; null when there was not one row. */
  readonly frontId: number | null;
  readonly backId: number | null;
}

/**
 * Reads rows from the front until one cannot be read, then from the back.
 * @param sql a query without an order, whose column `row` is the rowid
 * @param order what it is ordered by: one or several columns
 */
export function readBothWays(database: DatabaseSync, sql: string, order: string): ReadRows {
  const rows = new Map<number, Row>();
  const front = readUntilFailure(database, `${sql} ORDER BY ${order}`, rows);
  if (front.isComplete) return { rows, isComplete: true, frontId: front.lastId, backId: null };
  const descending = order
    .split(', ')
    .map((column) => `${column} DESC`)
    .join(', ');
  const back = readUntilFailure(database, `${sql} ORDER BY ${descending}`, rows);
  return { rows, isComplete: false, frontId: front.lastId, backId: back.lastId };
}

/** Tries the rows between front and back one by one: each is found on a way of its own through the tree. */
export function readGap(database: DatabaseSync, sql: string, read: ReadRows): void {
  const first = (read.frontId ?? 0) + 1;
  const last = Math.min((read.backId ?? first) - 1, first + GAP_MAX);
  for (let rowid = first; rowid <= last; rowid += 1) {
    const row = getUnlessUnreadable(database, sql, rowid);
    // A damaged tree may lead to another row than the one that was asked for.
    if (row !== undefined && row.row === rowid) read.rows.set(rowid, row);
  }
}

interface Reach {
  readonly isComplete: boolean;
  readonly lastId: number | null;
}

function readUntilFailure(database: DatabaseSync, sql: string, rows: Map<number, Row>): Reach {
  let lastId: number | null = null;
  const met = new Set<number>();
  try {
    for (const row of database.prepare(sql).iterate()) {
      const rowid = Number(row.row);
      // Pages that lead to one another in a circle give the same rows again.
      if (met.has(rowid)) return { isComplete: false, lastId };
      met.add(rowid);
      rows.set(rowid, row);
      lastId = rowid;
    }
    return { isComplete: true, lastId };
  } catch {
    return { isComplete: false, lastId };
  }
}

function getUnlessUnreadable(database: DatabaseSync, sql: string, rowid: number): Row | undefined {
  try {
    return database.prepare(sql).get(rowid);
  } catch {
    return undefined;
  }
}
