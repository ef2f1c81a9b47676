import type { Claim, LedgerDirectory, LedgerVolume, RecoverDirectory, VolumeId } from '../../core/documents.ts';
import type { Connection, Row } from './connection.ts';
import { type LedgerDamage, parseDamages } from './damage-report.ts';
import type { ContainerRecord, LedgerReader, VolumeRecord } from './ledger.ts';
import { directoriesAbove, rangeUnder } from './paths.ts';
import { claimOf, containerOf, VOLUME_COLUMNS, volumeIdOf, volumeOf, volumeRecordOf } from './row-shapes.ts';

/** Directories name at most this many of those that use them: the core needs to know whether one of them is running. */
const DIRECTORY_CONTAINERS_MAX = 64;

/** SQLite: a negative limit is none. */
const NO_LIMIT = -1;

/** Reads the tables. Each look-up costs the same however many containers are live. */
export class ReaderRows implements LedgerReader {
  protected readonly connection: Connection;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  volumesLike(ids: readonly VolumeId[], container: string): LedgerVolume[] {
    const own = this.containerId(container);
    const found = new Map<number, LedgerVolume>();
    for (const { driver, name } of ids) {
      const rows = this.connection.all(
        `SELECT ${VOLUME_COLUMNS} FROM volumes WHERE driver = ? COLLATE NOCASE AND name = ? COLLATE NOCASE ORDER BY id`,
        driver,
        name,
      );
      for (const row of rows) found.set(Number(row.id), this.#volumeFor(row, own));
    }
    return [...found.values()];
  }

  volumesOf(container: string): LedgerVolume[] {
    const own = this.containerId(container);
    if (own === null) return [];
    const rows = this.connection.all(
      `SELECT ${VOLUME_COLUMNS} FROM volumes
      WHERE id IN (SELECT volume FROM claims WHERE container = ?) ORDER BY id`,
      own,
    );
    return rows.map((row) => volumeOf(row, 1));
  }

  volume({ driver, name }: VolumeId): VolumeRecord | null {
    const row = this.connection.get(
      `SELECT ${VOLUME_COLUMNS} FROM volumes WHERE driver = ? AND name = ?`,
      driver,
      name,
    );
    return row === undefined ? null : this.#recordOf(row);
  }

  volumeAt(path: string, except: VolumeId): VolumeId | null {
    const row = this.connection.get(
      `SELECT driver, name FROM volumes WHERE (mountpoint = ?1 OR mount_path = ?1)
      AND state <> 'released' AND NOT (driver = ?2 AND name = ?3) LIMIT 1`,
      path,
      except.driver,
      except.name,
    );
    return row === undefined ? null : volumeIdOf(row);
  }

  volumes({ after, limit = NO_LIMIT }: { after?: VolumeId; limit?: number } = {}): VolumeRecord[] {
    const rows = this.connection.all(
      `SELECT ${VOLUME_COLUMNS} FROM volumes WHERE (driver, name) > (?, ?) ORDER BY driver, name LIMIT ?`,
      after?.driver ?? '',
      after?.name ?? '',
      limit,
    );
    return rows.map((row) => this.#recordOf(row));
  }

  releasable(now: { readonly uptimeMs: number; readonly boot: string }, all = false): VolumeId[] {
    const rows = this.connection.all(
      `SELECT driver, name FROM volumes WHERE users = 0 AND state <> 'released'
      AND (?1 OR attempts = 0 OR retry_boot <> ?2 OR retry_uptime_ms <= ?3) ORDER BY id`,
      all ? 1 : 0,
      now.boot,
      now.uptimeMs,
    );
    return rows.map(volumeIdOf);
  }

  directoriesOf(container: string): LedgerDirectory[] {
    const paths = new Set(
      this.claimsOf(container).flatMap(({ path }) => (path === null ? [] : directoriesAbove(path))),
    );
    const made = [...paths].filter((path) => this.hasDirectory(path));
    return made.map((path) => ({ path, users: this.pathInUse(path, container) ? 1 : 0 }));
  }

  hasDirectory(path: string): boolean {
    return this.connection.get('SELECT 1 FROM directories WHERE path = ?', path) !== undefined;
  }

  directories(): RecoverDirectory[] {
    const rows = this.connection.all('SELECT path FROM directories ORDER BY path');
    return rows.map((row) => {
      const path = row.path as string;
      // Each half stops at its limit by itself: a union alone would go through all of both.
      const users = this.connection.all(
        `SELECT name FROM containers WHERE id IN (
          SELECT container FROM (SELECT DISTINCT container FROM claims WHERE path = ?1 LIMIT ?4)
          UNION SELECT container FROM (SELECT DISTINCT container FROM claims WHERE path > ?2 AND path < ?3 LIMIT ?4)
        ) ORDER BY id`,
        path,
        ...rangeUnder(path),
        DIRECTORY_CONTAINERS_MAX + 1,
      );
      return { path, containers: users.length > DIRECTORY_CONTAINERS_MAX ? null : users.map(nameOf) };
    });
  }

  pathInUse(path: string, exceptContainer: string): boolean {
    const row = this.connection.get(
      `SELECT EXISTS (SELECT 1 FROM claims WHERE path = ?1 AND container <> ?4)
      OR EXISTS (SELECT 1 FROM claims WHERE path > ?2 AND path < ?3 AND container <> ?4) AS used`,
      path,
      ...rangeUnder(path),
      this.containerId(exceptContainer) ?? -1,
    );
    return row?.used === 1;
  }

  container(container: string): ContainerRecord | null {
    const row = this.connection.get('SELECT * FROM containers WHERE name = ?', container);
    return row === undefined ? null : containerOf(row);
  }

  containers(): ContainerRecord[] {
    return this.connection.all('SELECT * FROM containers ORDER BY id').map(containerOf);
  }

  claimsOf(container: string): Claim[] {
    const rows = this.connection.all(
      `SELECT volumes.driver, volumes.name, claims.options, claims.transport, path, mode, step
      FROM containers JOIN claims ON claims.container = containers.id JOIN volumes ON volumes.id = claims.volume
      WHERE containers.name = ? ORDER BY position`,
      container,
    );
    return rows.map((row) => claimOf(row, container));
  }

  hasImported(): boolean {
    return this.connection.get("SELECT 1 FROM meta WHERE key = 'imported'") !== undefined;
  }

  damages(): LedgerDamage[] {
    const value = this.connection.get("SELECT value FROM meta WHERE key = 'damages'")?.value;
    return parseDamages(typeof value === 'string' ? value : null);
  }

  protected containerId(container: string): number | null {
    const row = this.connection.get('SELECT id FROM containers WHERE name = ?', container);
    return row === undefined ? null : Number(row.id);
  }

  protected volumeRowId({ driver, name }: VolumeId): number | null {
    const row = this.connection.get('SELECT id FROM volumes WHERE driver = ? AND name = ?', driver, name);
    return row === undefined ? null : Number(row.id);
  }

  #volumeFor(row: Row, container: number | null): LedgerVolume {
    if (container === null) return volumeOf(row, 0);
    const own = this.connection.get(
      'SELECT 1 FROM claims WHERE container = ? AND volume = ?',
      container,
      row.id as number,
    );
    return volumeOf(row, own === undefined ? 0 : 1);
  }

  #recordOf(row: Row): VolumeRecord {
    const containers = this.connection.all(
      `SELECT name FROM containers WHERE id IN (SELECT container FROM claims WHERE volume = ?) ORDER BY id`,
      row.id as number,
    );
    return volumeRecordOf(row, containers.map(nameOf));
  }
}

function nameOf(row: Row): string {
  return row.name as string;
}
