import type {
  CheckpointRow,
  Claim,
  LedgerDirectory,
  LedgerMount,
  LedgerState,
  LedgerVolume,
  RecoverDirectory,
  RecoverVolume,
  VolumeId,
} from '../../core/documents.ts';
import type { LedgerDamage } from './damage-report.ts';

/**
 * The table of live volumes: which container claims which volume, where each volume is mounted, which directories were
 * made. Several isolators, in this process and in others, may work on one ledger at the same time. A ledger never
 * counts references for a decision: it hands rows to the core.
 *
 * Everything in `work` is synchronous and short: no driver is called and nothing is awaited inside of it.
 */
export interface Ledger {
  /** Whose holds are ours; what works for us carries it. Absent when nobody can take over from us. */
  readonly holder?: string;
  /** Runs `work` on one consistent state. @throws {LedgerError} */
  read<Result>(work: (rows: LedgerReader) => Result): Promise<Result>;
  /**
   * Runs `work` as one step: nobody else comes in between, all of it is durable when the promise resolves, and none of
   * it happens when `work` throws.
   * @throws {LedgerError}
   */
  change<Result>(work: (rows: LedgerWriter) => Result): Promise<Result>;
  /**
   * Takes a name for this isolator alone, across all processes: first come, first served in this process, and fair
   * enough between processes. A holder that died does not hold any more; what it had begun is in the rows.
   * @param name `volume …` (`volumeKey`), `container …` or `directories`
   * @throws {LedgerError} `ledger-busy` when the time is over: names the process that holds it
   */
  hold(name: string, options: HoldOptions): Promise<AsyncDisposable>;
  close(): void;
}

export interface HoldOptions {
  readonly timeoutMs: number;
  /** Gives up waiting; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** Where a container is in its life. A crash leaves it in `preparing` or `cleaning`. */
export type ContainerState = 'preparing' | 'prepared' | 'cleaning';

export interface ContainerRecord {
  readonly container: string;
  readonly state: ContainerState;
  /** What it was prepared from, by `requestHash`; null for one that came from an old checkpoint. */
  readonly requestHash: string | null;
  /** The answer to `prepare`, JSON, once it is prepared. */
  readonly answer: string | null;
  /** The process that the container lives and dies with (`dvdi run`); null when a runtime answers for it. */
  readonly process: ProcessRecord | null;
  /** Milliseconds since 1970, for people. */
  readonly createdMs: number;
}

/** A process, safe against its number being used again. */
export interface ProcessRecord {
  readonly pid: number;
  /** Field 22 of /proc/PID/stat, in clock ticks since boot. */
  readonly startTicks: number;
  readonly boot: string;
}

/** A volume as `dvdi ls` shows it. */
export interface VolumeRecord extends RecoverVolume {
  /** Releases that failed in a row. */
  readonly attempts: number;
  /** When the next automatic try is due, by the machine's uptime (immune to jumps of the clock); null when none is. */
  readonly retry: { readonly uptimeMs: number; readonly boot: string } | null;
  /** Why the last act on it failed, redacted; null when it did not. */
  readonly error: string | null;
  /** Milliseconds since 1970, for people: since when it is in its state. */
  readonly changedMs: number;
}

export interface LedgerReader {
  /**
   * Volumes whose driver and name match one of `ids` without regard to ASCII case; `users` counts containers other than
   * `container`. Constant cost, however many use them.
   */
  volumesLike(ids: readonly VolumeId[], container: string): LedgerVolume[];
  /** Volumes that `container` claims; `users` counts the other containers that claim them. */
  volumesOf(container: string): LedgerVolume[];
  volume(id: VolumeId): VolumeRecord | null;
  /** The volume, other than `except`, that is mounted at a path or has its mount there. */
  volumeAt(path: string, except: VolumeId): VolumeId | null;
  /** All volumes, or those after one in the order of their keys; for work in parts. */
  volumes(options?: { readonly after?: VolumeId; readonly limit?: number }): VolumeRecord[];
  /** Volumes without a user that are not released and whose next try is due; with `all`, whether due or not. */
  releasable(now: { readonly uptimeMs: number; readonly boot: string }, all?: boolean): VolumeId[];
  /**
   * Directories made by the isolator at or above a path of `container`; `users` is 0 when no other container has a path
   * at or under them, and at least 1 otherwise.
   */
  directoriesOf(container: string): LedgerDirectory[];
  /** Whether the isolator made the directory at a path. */
  hasDirectory(path: string): boolean;
  /** All directories with those that have a path there; `containers` is null past 64. */
  directories(): RecoverDirectory[];
  /** Whether any claim of another container has a path at `path` or under it. */
  pathInUse(path: string, exceptContainer: string): boolean;
  container(container: string): ContainerRecord | null;
  /** Containers in the order in which they came. */
  containers(): ContainerRecord[];
  /** Claims of a container, in the order in which they were made. */
  claimsOf(container: string): Claim[];
  /** Whether the old checkpoints were looked for already. */
  hasImported(): boolean;
  /** When the ledger was found damaged and rebuilt, the last ones, oldest first. */
  damages(): LedgerDamage[];
}

export interface LedgerWriter extends LedgerReader {
  /** Writes the container as `preparing`, and its claims; a volume without a row gets one in state `released`. */
  intend(container: NewContainer, claims: readonly Claim[]): void;
  /** The container is prepared; `answer` is what `prepare` says when it is asked again. */
  finish(container: string, answer: string): void;
  /** From here on the container is being cleaned up. */
  beginCleanup(container: string): void;
  /** Drops one claim; a released volume that nobody claims leaves the table. */
  dropClaim(container: string, id: VolumeId): void;
  /** Drops the container and all of its claims. */
  forget(container: string): void;
  /** Notes what is known of a volume. In state `released` and with no claim it leaves the table. */
  noteVolume(id: VolumeId, note: VolumeNote): void;
  /** Drops a volume that nobody claims, whatever its state: only `dvdi release --forget` does. */
  forgetVolume(id: VolumeId): void;
  noteDirectory(path: string): void;
  forgetDirectory(path: string): void;
  /** Adds what an old checkpoint says: containers as prepared, volumes as mounted; what is there already stays. */
  addCheckpoint(rows: readonly CheckpointRow[]): void;
  noteImported(): void;
}

export interface NewContainer {
  readonly container: string;
  readonly requestHash: string | null;
  readonly process: ProcessRecord | null;
}

export interface VolumeNote {
  readonly state: LedgerState;
  readonly mountpoint: string | null;
  readonly mount: LedgerMount | null;
  /** Set together with `intended`: what the driver is asked with. Left as it was when absent. */
  readonly options?: LedgerVolume['options'];
  readonly transport?: LedgerVolume['transport'];
  /**
   * Set when a release failed: counts as one more attempt. Absent: attempts, retry and error are cleared, but for a
   * note `releasing`, which leaves them: the attempt has only begun.
   */
  readonly failure?: { readonly error: string; readonly retry: VolumeRecord['retry'] };
}

/** Tells volumes apart, whatever is in their names. */
export function volumeText({ driver, name }: VolumeId): string {
  return `${driver}\0${name}`;
}

/** Volumes that differ in case only may be one to their driver: they wait for each other, under this name. */
export function volumeKey({ driver, name }: VolumeId): string {
  return `volume ${asciiLower(driver)}\0${asciiLower(name)}`;
}

/** The volume, in small letters, that a held name is about; null for one that is not about a volume. */
export function volumeOfKey(key: string): VolumeId | null {
  const [, driver, name] = /^volume ([^\0]*)\0(.*)$/s.exec(key) ?? [];
  return driver === undefined || name === undefined ? null : { driver, name };
}

/** ASCII letters only, as the core compares, so that every host agrees. */
export function asciiLower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
