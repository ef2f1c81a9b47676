import type { Claim, LedgerDirectory, LedgerState, LedgerVolume, VolumeId } from '../core/documents.ts';
import type { Ledger } from './ledger.ts';
import { directoriesAbove, PathIndex } from './path-index.ts';

interface VolumeRow extends VolumeId {
  options: LedgerVolume['options'];
  transport: LedgerVolume['transport'];
  mountpoint: string | null;
  state: LedgerState;
  readonly users: Set<string>;
}

/** A ledger that lives and dies with the process. Its cost follows what is asked for, not how much is live. */
export class MemoryLedger implements Ledger {
  readonly #claims = new Map<string, Claim[]>();
  readonly #volumes = new Map<string, VolumeRow>();
  readonly #likeness = new Map<string, Set<VolumeRow>>();
  readonly #paths = new PathIndex();
  readonly #directories = new Set<string>();

  async volumesLike(ids: readonly VolumeId[], container: string): Promise<LedgerVolume[]> {
    const likenesses = new Set(ids.map(likenessOf));
    const rows = [...likenesses].flatMap((likeness) => [...(this.#likeness.get(likeness) ?? [])]);
    return rows.map((row) => toVolume(row, container));
  }

  async volumesOf(container: string): Promise<LedgerVolume[]> {
    const keys = new Set(this.#claims.get(container)?.map(keyOf));
    return [...keys].flatMap((key) => {
      const row = this.#volumes.get(key);
      return row === undefined ? [] : [toVolume(row, container)];
    });
  }

  async directoriesOf(container: string): Promise<LedgerDirectory[]> {
    const paths = new Set<string>();
    for (const { path } of this.#claims.get(container) ?? []) {
      if (path === null) continue;
      for (const directory of directoriesAbove(path)) if (this.#directories.has(directory)) paths.add(directory);
    }
    return [...paths].map((path) => ({ path, users: this.#paths.countOthers(path, container) }));
  }

  async pathInUse(path: string, exceptContainer: string): Promise<boolean> {
    return this.#paths.countOthers(path, exceptContainer) > 0;
  }

  async claimsOf(container: string): Promise<Claim[]> {
    return [...(this.#claims.get(container) ?? [])];
  }

  async containers(): Promise<string[]> {
    return [...this.#claims.keys()];
  }

  async intend(container: string, claims: readonly Claim[]): Promise<void> {
    if (claims.length === 0) return;
    this.#claims.set(container, [...(this.#claims.get(container) ?? []), ...claims]);
    for (const claim of claims) {
      if (claim.path !== null) this.#paths.add(claim.path, container);
      this.#rowOf(claim).users.add(container);
    }
  }

  async noteVolume(id: VolumeId, state: LedgerState, mountpoint: string | null): Promise<void> {
    const row = this.#volumes.get(keyOf(id));
    if (row === undefined) {
      throw new Error(
        `expected an intent for the volume ${JSON.stringify(id.name)} before the note "${state}", got none`,
      );
    }
    row.state = state;
    row.mountpoint = mountpoint;
    if (state === 'released') this.#drop(row);
  }

  async noteDirectory(path: string): Promise<void> {
    this.#directories.add(path);
  }

  async forgetDirectory(path: string): Promise<void> {
    this.#directories.delete(path);
  }

  async forget(container: string): Promise<void> {
    for (const claim of this.#claims.get(container) ?? []) {
      if (claim.path !== null) this.#paths.remove(claim.path, container);
      const row = this.#volumes.get(keyOf(claim));
      row?.users.delete(container);
      // No driver was ever asked for it: there is nothing to remember.
      if (row?.state === 'intended' && row.users.size === 0) this.#drop(row);
    }
    this.#claims.delete(container);
  }

  /** The row of a claim, made when there is none. What is known of a volume outlives the intent to mount it again. */
  #rowOf(claim: Claim): VolumeRow {
    const { driver, name, options, transport } = claim;
    let row = this.#volumes.get(keyOf(claim));
    if (row === undefined) {
      row = { driver, name, options, transport, mountpoint: null, state: 'intended', users: new Set() };
      this.#volumes.set(keyOf(claim), row);
      const likeness = likenessOf(claim);
      const alike = this.#likeness.get(likeness);
      if (alike === undefined) this.#likeness.set(likeness, new Set([row]));
      else alike.add(row);
    } else if (row.state !== 'mounted') {
      row.options = options;
      row.transport = transport;
    }
    return row;
  }

  #drop(row: VolumeRow): void {
    this.#volumes.delete(keyOf(row));
    const likeness = likenessOf(row);
    const alike = this.#likeness.get(likeness);
    alike?.delete(row);
    if (alike?.size === 0) this.#likeness.delete(likeness);
  }
}

function keyOf({ driver, name }: VolumeId): string {
  return `${driver}\0${name}`;
}

/** Volumes with the same likeness differ at most in case. */
export function likenessOf({ driver, name }: VolumeId): string {
  return `${driver}\0${name}`.toLowerCase();
}

function toVolume(row: VolumeRow, container: string): LedgerVolume {
  const { driver, name, options, mountpoint, state, transport } = row;
  const users = row.users.size - (row.users.has(container) ? 1 : 0);
  return { driver, name, options, mountpoint, mount: null, state, transport, users };
}
