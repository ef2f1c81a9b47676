import { closeSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { errnoOf } from '../../system/directory-error.ts';
import { KernelLock } from './kernel-lock.ts';
import { LedgerError } from './ledger-error.ts';
import { migrate } from './migrations.ts';
import { translated } from './sqlite-failure.ts';
import { filesystemFailure } from './state-directory.ts';

/** Whoever opens a ledger checks and mends it alone, and that takes no longer than this. */
const OPENING_TIMEOUT_MS = 30_000;

export function openInMemory(): DatabaseSync {
  const database = new DatabaseSync(':memory:');
  migrate(database, 'the ledger in memory');
  return database;
}

/** @throws {LedgerError} */
export async function openFile(stateDirectory: string): Promise<DatabaseSync> {
  const path = join(stateDirectory, 'ledger.sqlite');
  using _lock = await lockOpening(stateDirectory);
  makeFile(path);
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(path, { timeout: OPENING_TIMEOUT_MS });
    migrate(database, path);
    database.exec('PRAGMA journal_mode = WAL');
    return database;
  } catch (error) {
    database?.close();
    throw translated(error, path);
  }
}

async function lockOpening(stateDirectory: string): Promise<KernelLock> {
  const path = join(stateDirectory, 'opening.lock');
  for (const deadline = performance.now() + OPENING_TIMEOUT_MS; ; ) {
    const lock = KernelLock.take(path);
    if (lock !== null) return lock;
    if (performance.now() > deadline) {
      throw new LedgerError(
        'ledger-busy',
        `${path}: expected to open the ledger within ${OPENING_TIMEOUT_MS} ms, but another process is opening it`,
        'try again; `fuser` names the process that has the file open',
      );
    }
    await delay(1 + Math.random() * 5);
  }
}

function makeFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw filesystemFailure(error, path);
  }
}

/** What tells the file that is open from one that was put in its place. */
export function fileIdentity(path: string): string | null {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? null : `${found.dev}:${found.ino}`;
}
