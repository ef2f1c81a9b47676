import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { makeFile } from './ledger-files.ts';
import { isBusy, translated } from './sqlite-failure.ts';

/**
 * An exclusive lock that the kernel frees when its process dies, however it dies. Node has no flock(2) and no fcntl(2),
 * but SQLite takes fcntl locks: a transaction that is exclusive and stays open locks its file, and nothing is ever
 * written to it. Two locks within one process exclude each other too, since SQLite keeps account of its own.
 *
 * The file must never be opened by anything but SQLite: closing it would free the locks of the whole process
 * (fcntl(2)).
 */
export class KernelLock implements Disposable {
  readonly #database: DatabaseSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /**
   * Takes the lock of a file, which is made (mode 0600) where it is missing.
   * @returns null when somebody else has it
   * @throws {LedgerError}
   */
  static take(path: string): KernelLock | null {
    makeFile(path);
    return KernelLock.takeExisting(path);
  }

  /**
   * Takes the lock of a file that is there already.
   * @returns null when somebody else has it
   * @throws {LedgerError} `ledger-rights` when it is not there either
   */
  static takeExisting(path: string): KernelLock | null {
    const url = pathToFileURL(path);
    // Read and write, but do not create: a lock on a new file that nobody else knows would be none.
    url.searchParams.set('mode', 'rw');
    let database: DatabaseSync | null = null;
    try {
      database = new DatabaseSync(url, { timeout: 0 });
      // In memory: there is nothing to roll back, and no file appears next to this one.
      database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
      return new KernelLock(database);
    } catch (error) {
      database?.close();
      if (isBusy(error)) return null;
      throw translated(error, path);
    }
  }

  /** Whether somebody has the lock of a file. A file that is not there is nobody's. */
  static isTaken(path: string): boolean {
    if (!existsSync(path)) return false;
    try {
      using lock = KernelLock.takeExisting(path);
      return lock === null;
    } catch (error) {
      // Removed since we looked: its owner does that when it ends.
      if (!existsSync(path)) return false;
      throw error;
    }
  }

  [Symbol.dispose](): void {
    if (this.#database.isOpen) this.#database.close();
  }
}
