import type { Claim, LedgerState, LedgerVolume, RecoverDirectory, VolumeId } from '../../host/core/documents.ts';
import type { ContainerRecord, VolumeNote, VolumeRecord } from '../../host/isolator/ledger/ledger.ts';

interface ModelVolume extends VolumeId {
  options: LedgerVolume['options'];
  transport: LedgerVolume['transport'];
  mountpoint: string | null;
  mount: LedgerVolume['mount'];
  state: LedgerState;
  attempts: number;
  retry: VolumeRecord['retry'];
  error: string | null;
}

/** What a ledger should say, in the simplest way there is: lists, gone through from end to end for each question. */
export class LedgerModel {
  containers: { container: string; state: ContainerRecord['state']; answer: string | null }[] = [];
  claims: Claim[] = [];
  volumes: ModelVolume[] = [];
  directories: string[] = [];

  intend(container: string, claims: readonly Claim[]): void {
    this.containers.push({ container, state: 'preparing', answer: null });
    for (const claim of claims) {
      this.claims.push(claim);
      if (this.find(claim) !== undefined) continue;
      const { driver, name, options, transport } = claim;
      const blank = { mountpoint: null, mount: null, attempts: 0, retry: null, error: null };
      this.volumes.push({ driver, name, options, transport, state: 'released', ...blank });
    }
  }

  finish(container: string, answer: string): void {
    for (const row of this.containers)
      if (row.container === container) Object.assign(row, { state: 'prepared', answer });
  }

  beginCleanup(container: string): void {
    for (const row of this.containers) if (row.container === container) row.state = 'cleaning';
  }

  dropClaim(container: string, id: VolumeId): void {
    this.claims = this.claims.filter((claim) => claim.container !== container || !isSame(claim, id));
    this.#sweep();
  }

  forget(container: string): void {
    this.claims = this.claims.filter((claim) => claim.container !== container);
    this.containers = this.containers.filter((row) => row.container !== container);
    this.#sweep();
  }

  noteVolume(id: VolumeId, note: VolumeNote): void {
    const row = this.find(id);
    if (row === undefined) return;
    const { state, mountpoint, mount, failure } = note;
    Object.assign(row, { state, mountpoint, mount });
    // A release that is under way is not yet better than those before it.
    if (state !== 'releasing' || failure !== undefined) {
      row.attempts = failure === undefined ? 0 : row.attempts + 1;
      row.retry = failure?.retry ?? null;
      row.error = failure?.error ?? null;
    }
    if (note.options !== undefined) row.options = note.options;
    if (note.transport !== undefined) row.transport = note.transport;
    this.#sweep();
  }

  usersOf(id: VolumeId): string[] {
    return this.containers
      .map(({ container }) => container)
      .filter((container) => this.claims.some((claim) => claim.container === container && isSame(claim, id)));
  }

  volumesLike(ids: readonly VolumeId[], container: string): LedgerVolume[] {
    const isAlike = (row: VolumeId) =>
      ids.some((id) => lower(id.driver) === lower(row.driver) && lower(id.name) === lower(row.name));
    return this.volumes.filter(isAlike).map((row) => this.#volume(row, container));
  }

  volumesOf(container: string): LedgerVolume[] {
    return this.volumes
      .filter((row) => this.usersOf(row).includes(container))
      .map((row) => this.#volume(row, container));
  }

  records(): Omit<VolumeRecord, 'changedMs'>[] {
    return [...this.volumes]
      .sort(
        (a, b) =>
          Buffer.compare(Buffer.from(a.driver), Buffer.from(b.driver)) ||
          Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)),
      )
      .map((row) => ({ ...row, containers: this.usersOf(row) }));
  }

  releasable(now: { uptimeMs: number; boot: string }, all: boolean): VolumeId[] {
    return this.volumes
      .filter((row) => row.state !== 'released' && this.usersOf(row).length === 0)
      .filter(
        ({ attempts, retry }) =>
          all || attempts === 0 || (retry !== null && (retry.boot !== now.boot || retry.uptimeMs <= now.uptimeMs)),
      )
      .map(({ driver, name }) => ({ driver, name }));
  }

  pathInUse(path: string, exceptContainer: string): boolean {
    return this.claims.some((claim) => claim.container !== exceptContainer && isAtOrUnder(claim.path, path));
  }

  directoriesInUse(): RecoverDirectory[] {
    return [...this.directories].sort().map((path) => {
      const users = this.containers.filter(({ container }) =>
        this.claims.some((claim) => claim.container === container && isAtOrUnder(claim.path, path)),
      );
      return { path, containers: users.map(({ container }) => container) };
    });
  }

  find(id: VolumeId): ModelVolume | undefined {
    return this.volumes.find((row) => isSame(row, id));
  }

  #volume(row: ModelVolume, container: string): LedgerVolume {
    const { driver, name, options, transport, mountpoint, mount, state } = row;
    const users = this.usersOf(row).filter((user) => user !== container).length;
    return { driver, name, options, transport, mountpoint, mount, state, users };
  }

  /** A volume that is released and that nobody claims leaves the table. */
  #sweep(): void {
    this.volumes = this.volumes.filter((row) => row.state !== 'released' || this.usersOf(row).length > 0);
  }
}

function isSame(a: VolumeId, b: VolumeId): boolean {
  return a.driver === b.driver && a.name === b.name;
}

function isAtOrUnder(path: string | null, directory: string): boolean {
  return path !== null && (directory === '/' || path === directory || path.startsWith(`${directory}/`));
}

function lower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
