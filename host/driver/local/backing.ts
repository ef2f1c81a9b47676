import type { ImageShape } from './filesystem-image.ts';
import type { BackingKind, VolumeRecord } from './record.ts';
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
  /** Whether the volume is mounted now. */
  isMounted(place: VolumePlace, record: VolumeRecord): Promise<boolean>;
  /** Mounts it. A failure leaves it unmounted. */
  mount(place: VolumePlace): Promise<void>;
  unmount(place: VolumePlace): Promise<void>;
  /** @throws {LocalDriverError} `volume-in-use` when somebody else than a Mount request holds the content */
  requireUnused(place: VolumePlace): Promise<void>;
  /** The folder for the tasks, in the mounted volume. */
  dataOf(place: VolumePlace): string;
  /** What Get shows of the content. */
  describe(place: VolumePlace): Promise<Readonly<Record<string, string | number>>>;
}
