import { existsSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { dated, parseDamages } from './damage-report.ts';
import { COMPANIONS, type LedgerFiles } from './ledger-files.ts';

/** A name for the damaged ledger that nothing has yet: `ledger.sqlite.damaged-20261124T001500Z`, then `…-2`. */
export function chooseName(files: LedgerFiles, atMs: number): string {
  const name = `${files.database}.damaged-${dated(atMs)}`;
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if (['', ...COMPANIONS].every((suffix) => !existsSync(`${candidate}${suffix}`))) return candidate;
  }
}

/**
 * Sets the damaged ledger aside, with its companions, and puts the rebuilt one in its place. May be repeated after a
 * crash at any moment: as long as the rebuilt one waits, what stands in its place is the damaged one.
 */
export function installRebuilt(files: LedgerFiles): void {
  const aside = join(files.directory, basename(setAsideNameIn(files.rebuilt)));
  for (const suffix of ['', ...COMPANIONS]) {
    const source = `${files.database}${suffix}`;
    // A log of the damaged one must not be left: SQLite would apply it to the new one.
    if (existsSync(source)) renameSync(source, `${aside}${suffix}`);
  }
  files.sync();
  renameSync(files.rebuilt, files.database);
  files.sync();
  for (const suffix of COMPANIONS) rmSync(`${files.rebuilt}${suffix}`, { force: true });
}

function setAsideNameIn(path: string): string {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const value = database.prepare("SELECT value FROM meta WHERE key = 'damages'").get()?.value;
    const last = parseDamages(typeof value === 'string' ? value : null).at(-1);
    if (last === undefined) throw new Error(`expected a report in ${path}, got none`);
    return last.setAside;
  } finally {
    database.close();
  }
}
