import type { Claim, LedgerDirectory, LedgerState, LedgerVolume, VolumeId } from '../core/documents.ts';

/**
 * The table of live volumes: which container claims which volume, where each volume is mounted, which directories were
 * made. A host writes intent before it acts and the result after; it never counts references itself, it hands rows to
 * the core. Every method is asynchronous so that a table on disk can stand behind the same interface.
 */
export interface Ledger {
  /**
   * Volumes whose driver and name match one of `ids` without regard to case; `users` counts containers other than
   * `container`.
   */
  volumesLike(ids: readonly VolumeId[], container: string): Promise<LedgerVolume[]>;
  /** Volumes that `container` claims; `users` counts the other containers that claim them. */
  volumesOf(container: string): Promise<LedgerVolume[]>;
  /**
   * Directories made by the isolator at or above a path of `container`; `users` counts claims of other containers at or
   * under them.
   */
  directoriesOf(container: string): Promise<LedgerDirectory[]>;
  /** Whether any claim of another container has a path at `path` or under it. */
  pathInUse(path: string, exceptContainer: string): Promise<boolean>;
  /** Claims of a container, in the order in which they were made. */
  claimsOf(container: string): Promise<Claim[]>;
  /** Containers that have claims, in the order in which they came. */
  containers(): Promise<string[]>;
  /** Writes the claims of a container as intended, before any act. */
  intend(container: string, claims: readonly Claim[]): Promise<void>;
  /** Notes what is known of a volume after an act. A volume in state `released` leaves the table. */
  noteVolume(id: VolumeId, state: LedgerState, mountpoint: string | null): Promise<void>;
  /** Notes a directory made by the isolator. */
  noteDirectory(path: string): Promise<void>;
  /** Forgets a directory that was removed. */
  forgetDirectory(path: string): Promise<void>;
  /** Drops the claims of a container. */
  forget(container: string): Promise<void>;
}
