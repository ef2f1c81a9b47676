import type { CheckpointRow, Claim, Transport, VolumeId, VolumeOption } from '../../core/documents.ts';
import type { Connection } from './connection.ts';
import type { ContainerState, LedgerWriter, NewContainer, ProcessRecord, VolumeNote } from './ledger.ts';
import { ReaderRows } from './reader-rows.ts';
import { mountValues } from './row-shapes.ts';

/** Milliseconds since 1970, for people. */
export interface LedgerClock {
  nowMs(): number;
}

/** Reads and changes the tables, inside of one transaction. */
export class WriterRows extends ReaderRows implements LedgerWriter {
  readonly #clock: LedgerClock;

  constructor(connection: Connection, clock: LedgerClock) {
    super(connection);
    this.#clock = clock;
  }

  intend({ container, requestHash, process }: NewContainer, claims: readonly Claim[]): void {
    if (this.containerId(container) !== null) throw mistake(`no container ${JSON.stringify(container)}`, 'one');
    const id = this.#addContainer(container, 'preparing', requestHash, process);
    claims.forEach((claim, position) => {
      const volume = this.volumeRowId(claim) ?? this.#addVolume(claim, 'released', null);
      this.#addClaim(id, volume, position, claim);
    });
  }

  finish(container: string, answer: string): void {
    const sql = "UPDATE containers SET state = 'prepared', answer = ? WHERE name = ?";
    if (this.connection.run(sql, answer, container) === 0) throw missingContainer(container);
  }

  beginCleanup(container: string): void {
    const sql = "UPDATE containers SET state = 'cleaning' WHERE name = ?";
    if (this.connection.run(sql, container) === 0) throw missingContainer(container);
  }

  dropClaim(container: string, id: VolumeId): void {
    this.connection.run(
      `DELETE FROM claims WHERE container = (SELECT id FROM containers WHERE name = ?)
      AND volume = (SELECT id FROM volumes WHERE driver = ? AND name = ?)`,
      container,
      id.driver,
      id.name,
    );
  }

  forget(container: string): void {
    const id = this.containerId(container);
    if (id === null) return;
    this.connection.run('DELETE FROM claims WHERE container = ?', id);
    this.connection.run('DELETE FROM containers WHERE id = ?', id);
  }

  noteVolume(id: VolumeId, note: VolumeNote): void {
    const row = this.volumeRowId(id);
    if (row === null) throw mistake(`a row for the volume ${JSON.stringify(id.name)}`, 'none');
    this.connection.run(
      `UPDATE volumes SET mountpoint = ?, mount_path = ?, mount_id = ?, mount_device = ?, mount_boot = ?,
      options = coalesce(?, options), transport = coalesce(?, transport) WHERE id = ?`,
      note.mountpoint,
      ...mountValues(note.mount),
      note.options === undefined ? null : JSON.stringify(note.options),
      note.transport === undefined ? null : JSON.stringify(note.transport),
      row,
    );
    // What is just being released again may fail again: then that counts on.
    if (note.state !== 'releasing' || note.failure !== undefined) this.#noteAttempt(row, note.failure);
    // Last: the row is gone after it when the volume is released and nobody claims it.
    this.connection.run(
      'UPDATE volumes SET changed_ms = iif(state = ?1, changed_ms, ?2), state = ?1 WHERE id = ?3',
      note.state,
      this.#clock.nowMs(),
      row,
    );
  }

  forgetVolume(id: VolumeId): void {
    const row = this.connection.get('SELECT users FROM volumes WHERE driver = ? AND name = ?', id.driver, id.name);
    if (row !== undefined && row.users !== 0) throw mistake(`no claim on ${JSON.stringify(id.name)}`, 'some');
    this.connection.run('DELETE FROM volumes WHERE driver = ? AND name = ?', id.driver, id.name);
  }

  noteDirectory(path: string): void {
    this.connection.run('INSERT INTO directories (path) VALUES (?) ON CONFLICT DO NOTHING', path);
  }

  forgetDirectory(path: string): void {
    this.connection.run('DELETE FROM directories WHERE path = ?', path);
  }

  addCheckpoint(rows: readonly CheckpointRow[]): void {
    rows.forEach((row, position) => {
      const container = this.containerId(row.container) ?? this.#addContainer(row.container, 'prepared', null, null);
      const volume = this.volumeRowId(row) ?? this.#addVolume(row, 'mounted', row.mountpoint);
      const claim = this.connection.get('SELECT 1 FROM claims WHERE container = ? AND volume = ?', container, volume);
      // The old checkpoint knows neither modes nor steps: it mounted read-write, and no plan is left to number.
      if (claim === undefined) this.#addClaim(container, volume, position, { ...row, mode: 'rw', step: 0 });
    });
  }

  noteImported(): void {
    this.connection.run("INSERT INTO meta (key, value) VALUES ('imported', '1') ON CONFLICT DO NOTHING");
  }

  #noteAttempt(row: number, failure: VolumeNote['failure']): void {
    if (failure === undefined) {
      const sql =
        'UPDATE volumes SET attempts = 0, retry_uptime_ms = NULL, retry_boot = NULL, error = NULL WHERE id = ?';
      this.connection.run(sql, row);
      return;
    }
    this.connection.run(
      'UPDATE volumes SET attempts = attempts + 1, retry_uptime_ms = ?, retry_boot = ?, error = ? WHERE id = ?',
      failure.retry === null ? null : Math.ceil(failure.retry.uptimeMs),
      failure.retry?.boot ?? null,
      failure.error,
      row,
    );
  }

  #addContainer(
    name: string,
    state: ContainerState,
    requestHash: string | null,
    process: ProcessRecord | null,
  ): number {
    const row = this.connection.get(
      `INSERT INTO containers (name, state, request_hash, pid, start_ticks, boot, created_ms)
      VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id`,
      name,
      state,
      requestHash,
      process?.pid ?? null,
      process?.startTicks ?? null,
      process?.boot ?? null,
      this.#clock.nowMs(),
    );
    return Number(row?.id);
  }

  #addVolume(
    volume: VolumeId & { readonly options: readonly VolumeOption[]; readonly transport: Transport },
    state: 'released' | 'mounted',
    mountpoint: string | null,
  ): number {
    const row = this.connection.get(
      `INSERT INTO volumes (driver, name, options, transport, mountpoint, state, changed_ms)
      VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id`,
      volume.driver,
      volume.name,
      JSON.stringify(volume.options),
      JSON.stringify(volume.transport),
      mountpoint,
      state,
      this.#clock.nowMs(),
    );
    return Number(row?.id);
  }

  #addClaim(
    container: number,
    volume: number,
    position: number,
    claim: Pick<Claim, 'path' | 'mode' | 'options' | 'transport' | 'step'>,
  ): void {
    this.connection.run(
      `INSERT INTO claims (container, volume, position, path, mode, options, transport, step)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      container,
      volume,
      position,
      claim.path,
      claim.mode,
      JSON.stringify(claim.options),
      JSON.stringify(claim.transport),
      claim.step,
    );
  }
}

function missingContainer(container: string): Error {
  return mistake(`the container ${JSON.stringify(container)} in the ledger`, 'none');
}

/** A mistake of ours, not of the world: no typed error. */
function mistake(expected: string, got: string): Error {
  return new Error(`expected ${expected}, got ${got}`);
}
