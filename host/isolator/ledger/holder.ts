import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { KernelLock } from './kernel-lock.ts';
import { LedgerError } from './ledger-error.ts';
import { filesystemFailure } from './state-directory.ts';

/**
 * A new one each time somebody's sweep took the file between making and locking it. Once is rare; beside a process that
 * does nothing but sweep, ten in a row were seen, and each takes a fraction of a millisecond.
 */
const TRIES_MAX = 1_000;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Who holds names: one for each open ledger, with a file in `holders/` whose lock is kept as long as it lives. Dead is
 * whose lock can be taken, or whose file is gone.
 */
export class Holder implements Disposable {
  /** A random uuid. */
  readonly id: string;
  readonly #directory: HolderDirectory;
  readonly #lock: KernelLock;

  constructor(id: string, directory: HolderDirectory, lock: KernelLock) {
    this.id = id;
    this.#directory = directory;
    this.#lock = lock;
  }

  [Symbol.dispose](): void {
    this.#directory.remove(this.id);
    this.#lock[Symbol.dispose]();
  }
}

/** The files of all holders of one state directory. */
export class HolderDirectory {
  readonly #path: string;

  /** @throws {LedgerError} */
  constructor(stateDirectory: string) {
    this.#path = join(stateDirectory, 'holders');
    try {
      mkdirSync(this.#path, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw filesystemFailure(error, this.#path);
    }
  }

  /** @throws {LedgerError} */
  create(): Holder {
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const id = randomUUID();
      const lock = this.#lockUnlessSwept(id);
      if (lock !== null && existsSync(this.#fileOf(id))) return new Holder(id, this, lock);
      lock?.[Symbol.dispose]();
    }
    throw new LedgerError(
      'ledger-failed',
      `${this.#path}: expected to keep a lock file there, got each of ${TRIES_MAX} taken away`,
      'something removes files there: it must leave the state directory alone',
    );
  }

  isAlive(id: string): boolean {
    return UUID.test(id) && KernelLock.isTaken(this.#fileOf(id));
  }

  /** Whether any holder is alive. */
  hasLiving(): boolean {
    return readdirSync(this.#path).some((id) => this.isAlive(id));
  }

  remove(id: string): void {
    if (UUID.test(id)) rmSync(this.#fileOf(id), { force: true });
  }

  /** Removes the files of the dead. What they held is still in the ledger, for those who take it over. */
  sweep(): void {
    for (const id of readdirSync(this.#path)) if (UUID.test(id)) this.#removeDead(id);
  }

  /** Its lock is kept until the file is gone, so that nobody who has just made it begins to live in it meanwhile. */
  #removeDead(id: string): void {
    try {
      using lock = KernelLock.takeExisting(this.#fileOf(id));
      if (lock !== null) this.remove(id);
    } catch (error) {
      if (existsSync(this.#fileOf(id))) throw error;
    }
  }

  /** Somebody's sweep may meet the file while it is not locked yet, and remove it: before it is opened, or after. */
  #lockUnlessSwept(id: string): KernelLock | null {
    try {
      return KernelLock.take(this.#fileOf(id));
    } catch (error) {
      if (existsSync(this.#fileOf(id))) throw error;
      return null;
    }
  }

  #fileOf(id: string): string {
    return join(this.#path, id);
  }
}
