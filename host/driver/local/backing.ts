import type { MountTable } from '../../system/mount-table.ts';
import type { ImageShape } from './filesystem-image.ts';
import type { BackingKind, VolumeRecord } from './record.ts';
import type { VolumeLock } from './volume-locks.ts';
import type { VolumePlace } from './volume-place.ts';

/** What a volume's data lies in. The caller orders the calls for one volume. */
export interface Backing {
  readonly kind: BackingKind;
  /** Makes the content of a new volume in a scratch place; on a failure the caller discards the whole of it. */
  make(scratch: VolumePlace, shape: ImageShape): Promise<void>;
  /**
   * Puts the content made in `scratch` in the place of a volume's own. With `old` = `keep` the old content stays in the
   * volume's directory under another name.
   *
   * @returns the name that kept content has; null when nothing was kept
   */
  replace(scratch: VolumePlace, place: VolumePlace, old: 'keep' | 'discard'): Promise<string | null>;
  /** Whether there is a filesystem to mount. */
  isFormatted(place: VolumePlace): Promise<boolean>;
  /**
   * Whether the volume is mounted by this agent.
   *
   * @param mountedFor the ids that this agent has it mounted for
   * @throws {LocalDriverError} `volume-damaged` when something foreign is mounted in its place
   */
  isMounted(place: VolumePlace, mountedFor: readonly string[], table: MountTable): boolean;
  /** @throws {LocalDriverError} `volume-fenced` when a mounted volume answers with nothing but I/O errors */
  requireAlive(place: VolumePlace): Promise<void>;
  /** Mounts it. A failure leaves it unmounted. */
  mount(place: VolumePlace, lock: VolumeLock): Promise<void>;
  /** @returns whether somebody still holds the content, for example a container of this agent */
  unmount(place: VolumePlace, lock: VolumeLock): Promise<boolean>;
  /** Whether anybody holds the content, whatever agent it is. The record's boot is this one. */
  isHeld(place: VolumePlace, record: VolumeRecord): Promise<boolean>;
  /**
   * Ends mounts that no server answers for, where nobody uses them: all is written back, and nobody is hurt.
   *
   * @returns whether the content is free now
   */
  detach(place: VolumePlace, lock: VolumeLock): Promise<boolean>;
  /**
   * Takes the content from whoever holds it: when this resolves, no write of theirs reaches it any more.
   *
   * @returns what it took, for the log
   * @throws {LocalDriverError} `fence-failed`; the content may still be theirs then
   */
  fence(place: VolumePlace, scratch: VolumePlace, lock: VolumeLock): Promise<string>;
  /** @throws {LocalDriverError} `volume-in-use` when somebody else than a Mount request holds the content */
  requireUnused(place: VolumePlace): Promise<void>;
  /** The folder for the tasks, in the mounted volume. */
  dataOf(place: VolumePlace): string;
  /** What Get shows of the content. */
  describe(place: VolumePlace): Promise<Readonly<Record<string, string | number>>>;
}
