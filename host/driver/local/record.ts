import { LocalDriverError } from './error.ts';
import { isLease, type Lease } from './lease.ts';
import { FILESYSTEMS, type Filesystem } from './options.ts';

/** What a volume's data lies in: an image with a filesystem, or a directory where there are no loop devices. */
export type BackingKind = 'image' | 'directory';

/** What the store keeps of a volume beside its data: the whole of `volume.json`. */
export interface VolumeRecord {
  /** Version of this shape. */
  readonly format: 1;
  readonly driver: string;
  /** The exact name; the file name may be a hash of it. */
  readonly name: string;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly backing: BackingKind;
  readonly sizeGib: number;
  readonly filesystem: Filesystem;
  readonly overwrite: boolean;
  readonly iops: number | null;
  readonly volumeType: string | null;
  /** The kernel's boot id when `mountedFor` was written: no mount outlives its boot. */
  readonly boot: string;
  /** Ids of the Mount requests that have had no Unmount yet, in the order in which they came. */
  readonly mountedFor: readonly string[];
  /** Who holds it; null when nobody does, and in the records of a store that was not shared yet. */
  readonly lease: Lease | null;
}

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isPositiveInteger: Check = (value) => Number.isSafeInteger(value) && (value as number) > 0;
const isTextList: Check = (value) => Array.isArray(value) && value.every(isText);
const oneOf =
  (values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);

const FIELDS: { readonly [Field in keyof VolumeRecord]: Check } = {
  format: oneOf([1]),
  driver: isText,
  name: isText,
  createdAt: isText,
  backing: oneOf(['image', 'directory'] satisfies BackingKind[]),
  sizeGib: isPositiveInteger,
  filesystem: oneOf(FILESYSTEMS),
  overwrite: oneOf([true, false]),
  iops: orNull(isPositiveInteger),
  volumeType: orNull(isText),
  boot: isText,
  mountedFor: isTextList,
  lease: (value) => value === undefined || value === null || isLease(value),
};

/**
 * Reads the text of a `volume.json`.
 *
 * @param path for the message
 * @throws {LocalDriverError} `volume-damaged` when it is not what {@link formatRecord} writes
 */
export function parseRecord(text: string, path: string): VolumeRecord {
  const value = parseObject(text);
  const wrong = Object.entries(FIELDS).find(([field, check]) => !check(value?.[field]));
  if (value === null || wrong !== undefined) {
    const got = wrong === undefined || value === null ? 'something else' : `no valid "${wrong[0]}"`;
    throw new LocalDriverError(
      'volume-damaged',
      `${path} is damaged: expected the record of a volume, got ${got}; put the file back from a backup, ` +
        'or remove its directory while nothing of it is mounted',
    );
  }
  return { ...(value as unknown as VolumeRecord), lease: (value.lease as Lease | undefined) ?? null };
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** The text of a `volume.json`. */
export function formatRecord(record: VolumeRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}
