import { existsSync } from 'node:fs';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { MountTable } from '../../system/mount-table.ts';
import type { Row } from './connection.ts';
import type { ProcessRecord } from './ledger.ts';
import { isWholeRow } from './row-check.ts';
import type { Salvaged } from './salvage.ts';
import type { TableName } from './schema.ts';

/** What tells whether a volume is still mounted. */
export interface MountsNow {
  readonly mounts: MountTable;
  readonly boot: string;
  readonly nowMs: number;
}

/** The rows of a ledger that is being rebuilt. Each salvaged row is checked, by us and by the table's constraints. */
export class RebuiltRows {
  kept = 0;
  mended = 0;
  lost = 0;
  readonly #database: DatabaseSync;
  readonly #salvaged: Salvaged;
  readonly #now: MountsNow;
  /** Ids of volumes with claims that are lost. */
  readonly #unsure = new Set<number>();
  /** One claim of each volume, by the volume's id: it says what the volume's own row said too. */
  readonly #claimOf: ReadonlyMap<number, Row>;

  constructor(database: DatabaseSync, salvaged: Salvaged, now: MountsNow) {
    this.#database = database;
    this.#salvaged = salvaged;
    this.#now = now;
    this.#claimOf = new Map([...salvaged.claims.rows.values()].map((claim) => [Number(claim.volume), claim]));
  }

  /** Everything but claims. */
  addNames(): void {
    const { nowMs } = this.#now;
    this.#addTable('meta', (row) => ({ key: row.key ?? null, value: '1' }));
    this.#addTable('containers', (row) => ({
      id: row.row ?? null,
      name: row.name ?? null,
      state: 'prepared',
      created_ms: nowMs,
    }));
    this.#addTable(
      'volumes',
      (row) => this.#mendedVolume(row),
      (row) => this.#checkedVolume(row),
    );
    this.#addTable('directories', (row) => ({ path: row.path ?? null }));
    // A hold without a holder says nothing.
    this.#addTable('holds', () => null);
  }

  addClaims(): void {
    const { claims } = this.#salvaged;
    for (const [rowid, row] of [...claims.rows, ...claims.mended].sort(([a], [b]) => a - b)) {
      const isWhole = claims.rows.has(rowid) && isWholeRow('claims', row);
      if (isWhole && this.#insert('claims', withoutRowid(row))) this.kept += 1;
      else if (this.#insert('claims', this.#mendedClaim(rowid, row))) this.mended += 1;
      else this.#loseClaim(row);
    }
    if (!claims.isComplete) this.#findMissingClaims();
  }

  /** A container that stands for all claims that are lost. @returns its name, null when there are none */
  addPlaceholder(name: string, process: () => ProcessRecord): string | null {
    const volumes = [...this.#unsure].filter((id) => this.#has('volumes', id));
    if (volumes.length === 0) return null;
    const { pid, startTicks, boot } = process();
    const { lastInsertRowid } = this.#database
      .prepare(
        `INSERT INTO containers (name, state, pid, start_ticks, boot, created_ms) VALUES (?, 'prepared', ?, ?, ?, ?)`,
      )
      .run(name, pid, startTicks, boot, this.#now.nowMs);
    for (const id of volumes) {
      this.#insert('claims', this.#mendedClaim(id, { container: Number(lastInsertRowid), volume: id }));
    }
    return name;
  }

  #addTable(table: TableName, mend: (row: Row) => Row | null, keep: (row: Row) => Row = withoutRowid): void {
    const { rows, mended } = this.#salvaged[table];
    for (const [rowid, row] of [...rows, ...mended].sort(([a], [b]) => a - b)) {
      if (rows.has(rowid) && isWholeRow(table, row) && this.#insert(table, keep(row))) {
        this.kept += 1;
        continue;
      }
      const rest = mend(row);
      if (rest !== null && this.#insert(table, rest)) this.mended += 1;
      else this.lost += 1;
    }
  }

  /** @returns whether the table's constraints let it in */
  #insert(table: TableName, row: Row): boolean {
    const columns = Object.keys(row);
    const places = columns.map(() => '?').join(', ');
    try {
      this.#database
        .prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places})`)
        .run(...(Object.values(row) as SQLInputValue[]));
      return true;
    } catch (error) {
      // Full or broken is not the row's fault.
      if (!this.#database.isTransaction || !isConstraint(error)) throw error;
      return false;
    }
  }

  /** The counter is kept by triggers, from the claims that follow. */
  #checkedVolume(row: Row): Row {
    const state = row.state === 'mounted' && !this.#isMounted(row) ? 'uncertain' : (row.state ?? null);
    return { ...withoutRowid(row), users: 0, state };
  }

  #mendedVolume(row: Row): Row {
    const claim = this.#claimOf.get(Number(row.row));
    const isUsable = claim !== undefined && isWholeRow('claims', claim);
    if (!this.#salvaged.claims.isComplete) this.#unsure.add(Number(row.row));
    return {
      id: row.row ?? null,
      driver: row.driver ?? null,
      name: row.name ?? null,
      options: isUsable ? (claim.options ?? null) : '[]',
      transport: isUsable ? (claim.transport ?? null) : '{"kind":"plugin"}',
      state: 'uncertain',
      error: 'the ledger was damaged, and of this volume only the name could be read',
      changed_ms: this.#now.nowMs,
    };
  }

  #mendedClaim(position: number, row: Row): Row {
    const volume = this.#database
      .prepare('SELECT options, transport FROM volumes WHERE id = ?')
      .get(row.volume ?? null);
    const { options = '[]', transport = '{"kind":"plugin"}' } = volume ?? {};
    const { container = null, volume: id = null } = row;
    return { container, volume: id, position, path: null, mode: 'rw', options, transport, step: 0 };
  }

  #isMounted(row: Row): boolean {
    if (row.mount_path === null) return typeof row.mountpoint === 'string' && existsSync(row.mountpoint);
    return (
      row.mount_boot === this.#now.boot &&
      this.#now.mounts.byId(Number(row.mount_id))?.mountpoint === row.mount_path &&
      this.#now.mounts.byId(Number(row.mount_id))?.device === row.mount_device
    );
  }

  #loseClaim(row: Row): void {
    this.lost += 1;
    this.#unsure.add(Number(row.volume));
  }

  /** The counter of a volume says how many claims it had. */
  #findMissingClaims(): void {
    const count = this.#database.prepare('SELECT users FROM volumes WHERE id = ?');
    for (const [rowid, row] of this.#salvaged.volumes.rows) {
      const missing = Number(row.users) - Number(count.get(rowid)?.users ?? 0);
      if (!(missing > 0)) continue;
      this.lost += missing;
      this.#unsure.add(rowid);
    }
  }

  #has(table: TableName, id: number): boolean {
    return this.#database.prepare(`SELECT 1 FROM ${table} WHERE id = ?`).get(id) !== undefined;
  }
}

function withoutRowid({ row: _row, ...columns }: Row): Row {
  return columns;
}

/** SQLITE_CONSTRAINT and SQLITE_MISMATCH. */
function isConstraint(error: unknown): boolean {
  const code = Number(Reflect.get(Object(error), 'errcode')) & 0xff;
  return code === 19 || code === 20;
}
