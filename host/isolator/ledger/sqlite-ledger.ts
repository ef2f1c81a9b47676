import { randomUUID } from 'node:crypto';
import { bootId } from '../../system/boot-id.ts';
import { type MountTable, readMountTable } from '../../system/mount-table.ts';
import { Connection } from './connection.ts';
import type { LedgerDamage } from './damage-report.ts';
import { readFirstProcess } from './first-process.ts';
import { type Holder, HolderDirectory } from './holder.ts';
import { type HolderWorld, Holds, type TakeOver } from './holds.ts';
import { KeyedLocks } from './keyed-locks.ts';
import type { HoldOptions, Ledger, LedgerReader, LedgerWriter } from './ledger.ts';
import { LedgerError } from './ledger-error.ts';
import { fileIdentity, LedgerFiles, noteSuspicion } from './ledger-files.ts';
import { openFile, openInMemory } from './opening.ts';
import { ReaderRows } from './reader-rows.ts';
import { openStateDirectory } from './state-directory.ts';
import { type LedgerClock, WriterRows } from './writer-rows.ts';

/** Where a ledger is: in a directory that outlives the process, or in memory. */
export type LedgerPlace = { readonly stateDirectory: string } | { readonly memory: true };

export interface LedgerOptions {
  readonly clock?: LedgerClock;
  /** What says, when a damaged ledger is rebuilt, which volumes are still mounted. */
  readonly readMounts?: () => Promise<MountTable>;
  /** Ends what a holder that died was doing under a name, processes above all; only then that name is given away. */
  readonly onDeadHold?: (dead: { readonly holder: string; readonly name: string }) => Promise<void>;
  /** Told when a name that a dead holder had is ours. It must not throw. */
  readonly onTakeOver?: (taken: TakeOver) => void;
}

/** The ledger of one machine in one SQLite file (docs/ledger.md), shared with every other host that opens it. */
export class SqliteLedger implements Ledger {
  /** Whose holds are ours: a random uuid, another one for each open ledger. */
  readonly holder: string;
  /** What was found damaged when it was opened, and what became of it; null when it was sound. */
  readonly damage: LedgerDamage | null;
  readonly #connection: Connection;
  readonly #holds: Holds;
  readonly #holderFile: Holder | null;
  readonly #isInPlace: () => boolean;
  readonly #reader: ReaderRows;
  readonly #writer: WriterRows;

  private constructor(connection: Connection, parts: Parts, options: LedgerOptions) {
    const clock = options.clock ?? SYSTEM_CLOCK;
    this.#connection = connection;
    this.#holderFile = parts.holderFile;
    this.#isInPlace = parts.isInPlace;
    this.holder = parts.world.id;
    this.damage = parts.damage;
    this.#reader = new ReaderRows(connection);
    this.#writer = new WriterRows(connection, clock);
    this.#holds = new Holds(connection, parts.world, new KeyedLocks(), () => clock.nowMs());
  }

  /**
   * Opens the ledger, and makes it where there is none. A damaged one is set aside and rebuilt: `damage` says so.
   * @throws {LedgerError}
   */
  static async open(place: LedgerPlace, options: LedgerOptions = {}): Promise<SqliteLedger> {
    if ('memory' in place) return SqliteLedger.#openInMemory(options);
    const files = new LedgerFiles(await openStateDirectory(place.stateDirectory));
    const holders = new HolderDirectory(files.directory);
    const { database, damage } = await openFile(files, {
      boot: bootId(),
      nowMs: () => (options.clock ?? SYSTEM_CLOCK).nowMs(),
      readMounts: options.readMounts ?? readMountTable,
      firstProcess: readFirstProcess,
      isInUse: () => holders.hasLiving(),
    });
    const connection = new Connection(database, files.database, () => noteSuspicion(files));
    try {
      const identity = fileIdentity(files.database);
      holders.sweep();
      const holderFile = holders.create();
      const world: HolderWorld = {
        id: holderFile.id,
        isAlive: (id) => holders.isAlive(id),
        endWork: async (dead) => {
          await options.onDeadHold?.(dead);
          holders.remove(dead.holder);
        },
        onTakeOver: (taken) => options.onTakeOver?.(taken),
      };
      const isInPlace = () => fileIdentity(files.database) === identity;
      return new SqliteLedger(connection, { world, holderFile, isInPlace, damage }, options);
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  static #openInMemory(options: LedgerOptions): SqliteLedger {
    const id = randomUUID();
    const world: HolderWorld = {
      id,
      isAlive: (holder) => holder === id,
      endWork: async () => {},
      onTakeOver: () => {},
    };
    const connection = new Connection(openInMemory(), 'the ledger in memory');
    return new SqliteLedger(connection, { world, holderFile: null, isInPlace: () => true, damage: null }, options);
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
  readonly damage: LedgerDamage | null;
}

const SYSTEM_CLOCK: LedgerClock = { nowMs: () => Date.now() };
