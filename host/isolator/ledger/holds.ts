import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from './connection.ts';
import type { KeyedLocks } from './keyed-locks.ts';
import type { HoldOptions } from './ledger.ts';
import { LedgerError } from './ledger-error.ts';

/** Between two looks at a name that another process holds: short at first, then patient. */
const POLL_MS = { first: 5, last: 50, growth: 1.5 } as const;
/** A release that failed, on a full disk, is tried again this often. */
const RELEASE_RETRY_MS = 1_000;

/** What holds need of those that hold. */
export interface HolderWorld {
  /** Ours. */
  readonly id: string;
  isAlive(holder: string): boolean;
  /** Ends what a dead holder was doing under a name; only then that name is given away. */
  endWork(dead: { readonly holder: string; readonly name: string }): Promise<void>;
  /** Told when a name of a dead holder has become ours. */
  onTakeOver(taken: TakeOver): void;
}

interface Held {
  readonly holder: string;
  readonly pid: number;
  readonly sinceMs: number;
}

/** A name that was taken over, and who had it. */
export interface TakeOver extends Held {
  readonly name: string;
}

/** Names that one ledger holds, against all other ledgers on the same state directory. */
export class Holds {
  readonly #connection: Connection;
  readonly #world: HolderWorld;
  readonly #queues: KeyedLocks;
  readonly #nowMs: () => number;
  /** Released by us, but the ledger could not be written. */
  readonly #overdue = new Set<string>();
  #retry: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(connection: Connection, world: HolderWorld, queues: KeyedLocks, nowMs: () => number) {
    this.#connection = connection;
    this.#world = world;
    this.#queues = queues;
    this.#nowMs = nowMs;
  }

  /** @throws {LedgerError} `ledger-busy`, and what `signal` gives as its reason */
  async take(name: string, { timeoutMs, signal }: HoldOptions): Promise<AsyncDisposable> {
    using deadline = new Deadline(timeoutMs, signal);
    const turn = await this.#takeTurn(name, deadline);
    try {
      await this.#takeRow(name, deadline);
    } catch (error) {
      turn[Symbol.dispose]();
      throw error;
    }
    let isHeld = true;
    const release = async () => {
      if (!isHeld) return;
      isHeld = false;
      try {
        await this.#release(name);
      } finally {
        turn[Symbol.dispose]();
      }
    };
    return { [Symbol.asyncDispose]: release };
  }

  /** No release is tried any more: with its holder, all that is held is free. */
  close(): void {
    this.#isClosed = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
  }

  /** First come, first served within this ledger. */
  async #takeTurn(name: string, deadline: Deadline): Promise<Disposable> {
    try {
      return await this.#queues.acquire([name], deadline.signal);
    } catch (error) {
      throw deadline.isOver ? await this.#busyError(name, deadline.timeoutMs) : error;
    }
  }

  async #takeRow(name: string, deadline: Deadline): Promise<void> {
    for (let waitMs: number = POLL_MS.first; ; waitMs = Math.min(POLL_MS.last, waitMs * POLL_MS.growth)) {
      const held = await this.#tryRow(name);
      if (held === null) return;
      if (!this.#world.isAlive(held.holder)) {
        await this.#world.endWork({ holder: held.holder, name });
        if (await this.#inherit(name, held.holder)) {
          this.#world.onTakeOver({ name, ...held });
          return;
        }
      }
      if (deadline.isOver) throw await this.#busyError(name, deadline.timeoutMs);
      deadline.signal.throwIfAborted();
      // Jitter: those who wait for one name do not come in step.
      await delay(waitMs * (0.5 + Math.random() / 2));
    }
  }

  /** @returns who has the name, null when it is ours now */
  async #tryRow(name: string): Promise<Held | null> {
    // A look does not make writers wait.
    const held = await this.#connection.transact('DEFERRED', () => this.#find(name));
    if (held !== null && held.holder !== this.#world.id) return held;
    return this.#connection.transact('IMMEDIATE', () => {
      const now = this.#find(name);
      // Ours already: a release that could not be written. Our own queue says that nobody of us has it.
      if (now !== null && now.holder !== this.#world.id) return now;
      this.#overdue.delete(name);
      this.#connection.run(
        `INSERT INTO holds (name, holder, pid, since_ms) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (name) DO UPDATE SET pid = ?3, since_ms = ?4`,
        name,
        this.#world.id,
        process.pid,
        this.#nowMs(),
      );
      return null;
    });
  }

  /** Takes over from a dead holder, unless somebody else was faster. */
  async #inherit(name: string, dead: string): Promise<boolean> {
    const sql = 'UPDATE holds SET holder = ?, pid = ?, since_ms = ? WHERE name = ? AND holder = ?';
    const changed = await this.#connection.transact('IMMEDIATE', () =>
      this.#connection.run(sql, this.#world.id, process.pid, this.#nowMs(), name, dead),
    );
    return changed === 1;
  }

  async #release(name: string): Promise<void> {
    this.#overdue.add(name);
    try {
      await this.#releaseOverdue();
    } catch {
      // What was done under the hold is done; that it cannot be given back must not make it look failed.
      this.#retryLater();
    }
  }

  async #releaseOverdue(): Promise<void> {
    const sql = 'DELETE FROM holds WHERE name = ? AND holder = ?';
    let names: string[] = [];
    try {
      await this.#connection.transact('IMMEDIATE', () => {
        // Taken out at once: thousands may be released side by side, and each name is nobody else's to delete again.
        names = [...this.#overdue];
        this.#overdue.clear();
        for (const name of names) this.#connection.run(sql, name, this.#world.id);
      });
    } catch (error) {
      for (const name of names) this.#overdue.add(name);
      throw error;
    }
  }

  #retryLater(): void {
    if (this.#isClosed) return;
    this.#retry ??= setTimeout(() => {
      this.#retry = null;
      this.#releaseOverdue().catch(() => this.#retryLater());
    }, RELEASE_RETRY_MS).unref();
  }

  async #busyError(name: string, timeoutMs: number): Promise<LedgerError> {
    const held = await this.#connection.transact('DEFERRED', () => this.#find(name));
    const by =
      held === null
        ? 'others were first'
        : `process ${held.pid} holds it since ${new Date(held.sinceMs).toISOString()}`;
    return new LedgerError(
      'ledger-busy',
      `expected to hold ${JSON.stringify(name)} within ${timeoutMs} ms, but ${by}`,
      'wait for it to end; when it hangs, end it: what it began is finished by the next one',
    );
  }

  #find(name: string): Held | null {
    const row = this.#connection.get('SELECT holder, pid, since_ms FROM holds WHERE name = ?', name);
    if (row === undefined) return null;
    return { holder: row.holder as string, pid: Number(row.pid), sinceMs: Number(row.since_ms) };
  }
}

/** When to give up waiting: after a time, or when the caller says so. */
class Deadline implements Disposable {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly #own = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(timeoutMs: number, signal: AbortSignal | undefined) {
    this.timeoutMs = timeoutMs;
    this.signal = signal === undefined ? this.#own.signal : AbortSignal.any([this.#own.signal, signal]);
    this.#timer = setTimeout(() => this.#own.abort(), timeoutMs);
  }

  /** Whether the time is over, and it was not the caller who gave up. */
  get isOver(): boolean {
    return this.#own.signal.aborted && this.signal.reason === this.#own.signal.reason;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
