import { existsSync, renameSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import type { LedgerDamage } from './damage-report.ts';
import { KernelLock } from './kernel-lock.ts';
import { LedgerError } from './ledger-error.ts';
import { type LedgerFiles, makeFile } from './ledger-files.ts';
import { MIGRATIONS, type Migration, migrate } from './migrations.ts';
import { type RebuildWorld, rebuild } from './rebuild.ts';
import { salvage } from './salvage.ts';
import { chooseName, installRebuilt } from './set-aside.ts';
import { findDamage } from './soundness.ts';
import { isDamage, messageOf, translated } from './sqlite-failure.ts';
import { filesystemFailure } from './state-directory.ts';

/** Whoever opens a ledger checks and mends it alone, and that takes no longer than this. */
const OPENING_TIMEOUT_MS = 30_000;

export interface OpeningOptions extends RebuildWorld {
  /** Whether another ledger that is alive has this one open. */
  readonly isInUse: () => boolean;
  readonly migrations?: readonly Migration[];
}

export interface Opened {
  readonly database: DatabaseSync;
  /** What was found damaged and mended right now; null when the ledger was sound. */
  readonly damage: LedgerDamage | null;
}

export function openInMemory(): DatabaseSync {
  const database = new DatabaseSync(':memory:');
  migrate(database, 'the ledger in memory');
  return database;
}

/**
 * Opens the ledger of a state directory, one opener at a time: makes it where there is none, brings an older one to the
 * newest schema, sets a damaged one aside and rebuilds it.
 * @throws {LedgerError}
 */
export async function openFile(files: LedgerFiles, options: OpeningOptions): Promise<Opened> {
  using _lock = await lockOpening(files);
  try {
    // Somebody died right before the last step of a rebuilding.
    if (existsSync(files.rebuilt)) installRebuilt(files);
    const migrations = options.migrations ?? MIGRATIONS;
    const reason = findDamage(files, {
      boot: options.boot,
      isInUse: options.isInUse(),
      knownVersion: migrations.length,
    });
    if (reason !== null) return await openMended(files, reason, migrations, options);
    if (!existsSync(files.database)) create(files, migrations);
    try {
      return { database: openSound(files, migrations, options.boot), damage: null };
    } catch (error) {
      if (!isDamage(error)) throw error;
      return await openMended(files, `expected a ledger, SQLite says: ${messageOf(error)}`, migrations, options);
    }
  } catch (error) {
    throw filesystemFailure(translated(error, files.database), files.directory);
  }
}

async function openMended(
  files: LedgerFiles,
  reason: string,
  migrations: readonly Migration[],
  world: RebuildWorld,
): Promise<Opened> {
  makeLedger(files.unfinished, migrations);
  const salvaged = salvage(files, files.unfinished);
  const damage = await rebuild(
    files.unfinished,
    salvaged,
    { reason, setAside: chooseName(files, world.nowMs()) },
    world,
  );
  renameSync(files.unfinished, files.rebuilt);
  files.sync();
  installRebuilt(files);
  return { database: openSound(files, migrations, world.boot), damage };
}

/** Made under another name: a ledger that is there is whole, also after a crash at any moment. */
function create(files: LedgerFiles, migrations: readonly Migration[]): void {
  makeLedger(files.unfinished, migrations);
  renameSync(files.unfinished, files.database);
  files.sync();
}

function makeLedger(path: string, migrations: readonly Migration[]): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${path}${suffix}`, { force: true });
  makeFile(path);
  const database = new DatabaseSync(path);
  try {
    migrate(database, path, migrations);
    database.exec('PRAGMA journal_mode = WAL');
  } finally {
    database.close();
  }
}

function openSound(files: LedgerFiles, migrations: readonly Migration[], boot: string): DatabaseSync {
  const database = new DatabaseSync(files.database, { timeout: OPENING_TIMEOUT_MS });
  try {
    migrate(database, files.database, migrations);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    const checked = "SELECT 1 FROM meta WHERE key = 'checked_boot' AND value = ?";
    if (database.prepare(checked).get(boot) === undefined) {
      database.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('checked_boot', ?)").run(boot);
    }
    rmSync(files.suspect, { force: true });
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

async function lockOpening(files: LedgerFiles): Promise<KernelLock> {
  for (const deadline = performance.now() + OPENING_TIMEOUT_MS; ; ) {
    const lock = KernelLock.take(files.openingLock);
    if (lock !== null) return lock;
    if (performance.now() > deadline) {
      throw new LedgerError(
        'ledger-busy',
        `${files.openingLock}: expected to open the ledger within ${OPENING_TIMEOUT_MS} ms, but another process is at it`,
        'try again; `fuser` names the process that has the file open',
      );
    }
    await delay(1 + Math.random() * 5);
  }
}
