import type { DatabaseSync } from 'node:sqlite';
import { LedgerError } from './ledger-error.ts';
import { APPLICATION_ID, SCHEMA_1 } from './schema.ts';

/** The step from one version of the schema to the next: `migrations[n]` makes version n + 1 of version n. */
export type Migration = (database: DatabaseSync) => void;

export const MIGRATIONS: readonly Migration[] = [
  (database) => {
    database.exec(SCHEMA_1);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
  },
];

export function schemaVersionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version);
}

export function applicationIdOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA application_id').get()?.application_id);
}

/**
 * Brings a ledger to the newest schema, in one transaction: all of it, or nothing.
 * @returns the version that it had
 * @throws {LedgerError} `ledger-newer` when its schema is newer than the newest we know
 */
export function migrate(database: DatabaseSync, place: string, migrations: readonly Migration[] = MIGRATIONS): number {
  const before = refuseNewer(database, place, migrations.length);
  if (before === migrations.length) return before;
  database.exec('BEGIN EXCLUSIVE');
  try {
    for (const step of migrations.slice(before)) step(database);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
  return before;
}

/**
 * @param known the newest version that we know
 * @returns the version that it has
 * @throws {LedgerError} `ledger-newer`
 */
export function refuseNewer(database: DatabaseSync, place: string, known: number): number {
  const version = schemaVersionOf(database);
  if (version <= known) return version;
  throw new LedgerError(
    'ledger-newer',
    `${place}: expected a ledger with schema version ${known} or older, got version ${version}`,
    'a newer dvdi wrote it: use that one, or another state directory; nothing was changed',
  );
}
