import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { KeyedLocks } from '../keyed-locks.ts';
import { Connection } from './connection.ts';
import { type Holder, HolderDirectory } from './holder.ts';
import { type HolderWorld, Holds } from './holds.ts';
import type { HoldOptions, Ledger, LedgerReader, LedgerWriter } from './ledger.ts';
import { LedgerError } from './ledger-error.ts';
import { fileIdentity, openFile, openInMemory } from './opening.ts';
import { ReaderRows } from './reader-rows.ts';
import { openStateDirectory } from './state-directory.ts';
import { type LedgerClock, WriterRows } from './writer-rows.ts';

/** Where a ledger is: in a directory that outlives the process, or in memory. */
export type LedgerPlace = { readonly stateDirectory: string } | { readonly memory: true };

export interface LedgerOptions {
  readonly clock?: LedgerClock;
  /**
   * Ends what a holder that died left behind, processes above all; only then its names are given away. A holder's
   * processes carry its id in their environment.
   */
  readonly onDeadHolder?: (holder: string) => Promise<void>;
}

/** The ledger of one machine in one SQLite file (docs/ledger.md), shared with every other host that opens it. */
export class SqliteLedger implements Ledger {
  /** Whose holds are ours: a random uuid, another one for each open ledger. */
  readonly holder: string;
  readonly #connection: Connection;
  readonly #holds: Holds;
  readonly #holderFile: Holder | null;
  readonly #isInPlace: () => boolean;
  readonly #reader: ReaderRows;
  readonly #writer: WriterRows;

  private constructor(connection: Connection, parts: Parts, options: LedgerOptions) {
    const clock = options.clock ?? { nowMs: () => Date.now() };
    this.#connection = connection;
    this.#holderFile = parts.holderFile;
    this.#isInPlace = parts.isInPlace;
    this.holder = parts.world.id;
    this.#reader = new ReaderRows(connection);
    this.#writer = new WriterRows(connection, clock);
    this.#holds = new Holds(connection, parts.world, new KeyedLocks(), () => clock.nowMs());
  }

  /** @throws {LedgerError} */
  static async open(place: LedgerPlace, options: LedgerOptions = {}): Promise<SqliteLedger> {
    if ('memory' in place) return SqliteLedger.#openInMemory(options);
    const directory = await openStateDirectory(place.stateDirectory);
    const path = join(directory, 'ledger.sqlite');
    const database = await openFile(directory);
    const connection = new Connection(database, path);
    try {
      const identity = fileIdentity(path);
      const holders = new HolderDirectory(directory);
      holders.sweep();
      const holderFile = holders.create();
      const world: HolderWorld = {
        id: holderFile.id,
        isAlive: (id) => holders.isAlive(id),
        bury: async (id) => {
          await options.onDeadHolder?.(id);
          holders.remove(id);
        },
      };
      const isInPlace = () => fileIdentity(path) === identity;
      return new SqliteLedger(connection, { world, holderFile, isInPlace }, options);
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  static #openInMemory(options: LedgerOptions): SqliteLedger {
    const id = randomUUID();
    const world: HolderWorld = { id, isAlive: (holder) => holder === id, bury: async () => {} };
    const connection = new Connection(openInMemory(), 'the ledger in memory');
    return new SqliteLedger(connection, { world, holderFile: null, isInPlace: () => true }, options);
  }

  async read<Result>(work: (rows: LedgerReader) => Result): Promise<Result> {
    const result = await this.#connection.transact('DEFERRED', () => work(this.#reader));
    this.#checkPlace();
    return result;
  }

  async change<Result>(work: (rows: LedgerWriter) => Result): Promise<Result> {
    const result = await this.#connection.transact('IMMEDIATE', () => work(this.#writer));
    this.#checkPlace();
    return result;
  }

  async hold(name: string, options: HoldOptions): Promise<AsyncDisposable> {
    return this.#holds.take(name, options);
  }

  close(): void {
    this.#holds.close();
    this.#connection.close();
    this.#holderFile?.[Symbol.dispose]();
  }

  /**
   * Looked at after the work: what went into a file that was set aside meanwhile does not count, and who rebuilt the
   * ledger from it may or may not have seen it.
   */
  #checkPlace(): void {
    if (this.#isInPlace()) return;
    throw new LedgerError(
      'ledger-replaced',
      `${this.#connection.place}: expected the file that was opened, got another one or none`,
      'open the ledger again: another process found it damaged and rebuilt it, or somebody removed it',
    );
  }
}

interface Parts {
  readonly world: HolderWorld;
  /** null in memory. */
  readonly holderFile: Holder | null;
  readonly isInPlace: () => boolean;
}
