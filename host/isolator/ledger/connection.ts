import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { LedgerError } from './ledger-error.ts';
import { isBusy, translated } from './sqlite-failure.ts';

/** Blocking waits for another process's commit stay this short; after that we wait without blocking. */
export const BUSY_TIMEOUT_MS = 50;
/** A transaction takes milliseconds; whoever has the ledger for longer than this is stuck. */
export const TRANSACTION_TIMEOUT_MS = 10_000;

export type Row = Record<string, SQLOutputValue>;

/** An open database with its prepared statements, and transactions on it. It owns the database. */
export class Connection {
  readonly place: string;
  readonly #database: DatabaseSync;
  readonly #onDamage: () => void;
  readonly #statements = new Map<string, StatementSync>();

  /**
   * @param place what errors call it
   * @param onDamage is told when the database turns out to be damaged
   */
  constructor(database: DatabaseSync, place: string, onDamage: () => void = () => {}) {
    this.#database = database;
    this.#onDamage = onDamage;
    this.place = place;
    database.exec(`PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#statement(sql).all(...values);
  }

  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#statement(sql).get(...values);
  }

  /** @returns how many rows changed, those changed by triggers aside */
  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#statement(sql).run(...values).changes);
  }

  /**
   * Runs synchronous work as one transaction: `IMMEDIATE` to change, `DEFERRED` to read. The work runs once the
   * ledger is ours, so that it never runs twice.
   * @throws {LedgerError} and whatever the work throws; nothing is kept then.
   */
  async transact<Result>(mode: 'IMMEDIATE' | 'DEFERRED', work: () => Result): Promise<Result> {
    const deadline = performance.now() + TRANSACTION_TIMEOUT_MS;
    while (!this.#tryBegin(mode, deadline)) await delay(1 + Math.random() * 10);
    // From here to the end nothing is awaited: there is one connection, and others would come into the transaction.
    try {
      const result = work();
      if (result instanceof Promise) throw new Error('expected synchronous work in a transaction, got a promise');
      this.run('COMMIT');
      return result;
    } catch (error) {
      this.#rollBack();
      throw this.#failure(error);
    }
  }

  close(): void {
    this.#statements.clear();
    if (this.#database.isOpen) this.#database.close();
  }

  /** @returns false when somebody else has the ledger, and there is time left to wait. */
  #tryBegin(mode: 'IMMEDIATE' | 'DEFERRED', deadline: number): boolean {
    if (!this.#database.isOpen) {
      throw new LedgerError('ledger-closed', `${this.place}: expected an open ledger, got a closed one`, 'open it');
    }
    if (this.#database.isTransaction) throw new Error('expected no transaction inside of another one');
    try {
      this.run(`BEGIN ${mode}`);
      // A deferred transaction takes its look at the first statement, and only that one can find it busy.
      if (mode === 'DEFERRED') this.get('SELECT 1 FROM meta LIMIT 1');
      return true;
    } catch (error) {
      this.#rollBack();
      if (!isBusy(error) || performance.now() > deadline) throw this.#failure(error);
      return false;
    }
  }

  #failure(error: unknown): unknown {
    const failure = translated(error, this.place);
    if (failure instanceof LedgerError && failure.code === 'ledger-damaged') this.#onDamage();
    if (failure instanceof LedgerError && failure.code === 'ledger-full') this.#shrinkLog();
    return failure;
  }

  /**
   * SQLite begins its log anew once it has 4 MB, which a small filesystem never has: emptied when there is no space, it
   * leaves some for the change after this one.
   */
  #shrinkLog(): void {
    try {
      this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // Busy, or not even space for this: it stays as full as it was.
    }
  }

  #rollBack(): void {
    // SQLite ends the transaction by itself on some errors, a full disk among them.
    if (this.#database.isOpen && this.#database.isTransaction) this.#database.exec('ROLLBACK');
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
