import { closeSync, fsyncSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../../system/directory-error.ts';
import { filesystemFailure } from './state-directory.ts';

/** What SQLite keeps next to a database in WAL mode. */
export const COMPANIONS = ['-wal', '-shm'] as const;

/** The files of a ledger in its state directory; docs/ledger.md says what each is for. */
export class LedgerFiles {
  readonly directory: string;
  readonly database: string;
  readonly openingLock: string;
  /** There while somebody has met damage and nobody has looked into it yet. */
  readonly suspect: string;
  /** A ledger that is still being made. */
  readonly unfinished: string;
  /** A whole ledger that waits to take the place of the damaged one. */
  readonly rebuilt: string;
  /** A copy of the damaged one, to be read; SQLite changes what it reads. */
  readonly salvage: string;

  constructor(directory: string) {
    this.directory = directory;
    this.database = join(directory, 'ledger.sqlite');
    this.openingLock = join(directory, 'opening.lock');
    this.suspect = join(directory, 'ledger.suspect');
    this.unfinished = join(directory, 'ledger.sqlite.unfinished');
    this.rebuilt = join(directory, 'ledger.sqlite.rebuilt');
    this.salvage = join(directory, 'ledger.sqlite.salvage');
  }

  /** Forces the names in the directory to the disk. @throws {LedgerError} */
  sync(): void {
    const fd = openSync(this.directory, 'r');
    try {
      fsyncSync(fd);
    } catch (error) {
      throw filesystemFailure(error, this.directory);
    } finally {
      closeSync(fd);
    }
  }
}

/** Makes a file, mode 0600, where there is none. One that is there is not touched. @throws {LedgerError} */
export function makeFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw filesystemFailure(error, path);
  }
}

/** In bytes; null when there is no such file. */
export function sizeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.size ?? null;
}

/** What tells the file that is open from one that was put in its place; null when there is none. */
export function fileIdentity(path: string): string | null {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? null : `${found.dev}:${found.ino}`;
}

/** The next one to open the ledger reads all of it. */
export function noteSuspicion(files: LedgerFiles): void {
  try {
    makeFile(files.suspect);
  } catch {
    // The failure that made us suspicious is on its way to the caller, and says more.
  }
}
