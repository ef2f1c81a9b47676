import { LocalDriverError, quote } from './error.ts';
import { MOUNT_ID_MAX_BYTES, MOUNT_IDS_MAX } from './limits.ts';
import type { VolumeRecord } from './record.ts';

/**
 * Checks the id of a Mount or Unmount request. The empty one is an id like any other: the original dvdcli sends none.
 *
 * @throws {LocalDriverError} `mount-id`
 */
export function checkMountId(id: string): void {
  const length = Buffer.byteLength(id);
  if (length <= MOUNT_ID_MAX_BYTES && id.isWellFormed() && !/\p{Cc}/u.test(id)) return;
  throw new LocalDriverError(
    'mount-id',
    `expected an id of at most ${MOUNT_ID_MAX_BYTES} bytes of Unicode without control characters, got ${length} bytes`,
  );
}

/**
 * The ids a volume is mounted for, with one more; the same when it is there already.
 *
 * @throws {LocalDriverError} `mount-id` when there are too many
 */
export function addMountId(record: VolumeRecord, id: string): readonly string[] {
  if (record.mountedFor.includes(id)) return record.mountedFor;
  if (record.mountedFor.length >= MOUNT_IDS_MAX) {
    throw new LocalDriverError(
      'mount-id',
      `volume ${quote(record.name)} is mounted for ${MOUNT_IDS_MAX} ids: expected no more; unmount some first`,
    );
  }
  return [...record.mountedFor, id];
}

/**
 * The ids a volume is mounted for, with one less; none when it was the last, or when there was none.
 *
 * @throws {LocalDriverError} `mount-id` when it is mounted for others only
 */
export function takeMountId(record: VolumeRecord, id: string): readonly string[] {
  const others = record.mountedFor.filter((known) => known !== id);
  if (others.length === 0 || others.length < record.mountedFor.length) return others;
  throw new LocalDriverError(
    'mount-id',
    `volume ${quote(record.name)} is mounted, but not for id ${quote(id)}: expected one of ` +
      `${others.slice(0, 3).map(quote).join(', ')}${others.length > 3 ? ` or ${others.length - 3} more` : ''}`,
  );
}
