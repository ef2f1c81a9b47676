import { dirname } from 'node:path';
import type { LedgerMount, VolumeId } from '../core/documents.ts';
import { bootId } from '../system/boot-id.ts';
import { identifyMount } from '../system/mount-identity.ts';
import type { MountTable } from '../system/mount-table.ts';
import type { LedgerReader } from './ledger/ledger.ts';

/**
 * The mount that a driver made for a volume: the one that its mountpoint is on, if it is a mount of the volume's own.
 *
 * It is one when it was not in the mount table before the driver was asked, or is the one that the ledger knows of this
 * volume already. Any other was there before: a driver of plain directories answers a place on it, or a driver lies,
 * and to take it away would hit somebody else. Then there is none, and only the driver unmounts.
 *
 * @param path the mountpoint, checked already.
 * @param before the mount table right before the driver was asked.
 * @throws {DirectoryError | MountError}
 */
export async function findOwnMount(
  path: string,
  before: MountTable,
  known: LedgerMount | null,
): Promise<LedgerMount | null> {
  const { mountId: id, device, mountpoint } = await identifyMount(path);
  if (mountpoint === '/') return null;
  const boot = bootId();
  const isKnown = known !== null && known.id === id && known.device === device && known.boot === boot;
  const earlier = before.byId(id);
  // An id is given again at once when its mount is gone.
  const isNew = earlier === null || earlier.device !== device || earlier.mountpoint !== mountpoint;
  return isKnown || isNew ? { path: mountpoint, id, device, boot } : null;
}

/**
 * The other live volume that a mountpoint belongs to: one that is mounted there or has its mount there, or whose
 * mountpoint this one lies under.
 */
export function ownerOf(
  rows: LedgerReader,
  path: string,
  mount: LedgerMount | null,
  volume: VolumeId,
): VolumeId | null {
  const owner = rows.volumeAt(path, volume) ?? (mount === null ? null : rows.volumeAt(mount.path, volume));
  if (owner !== null) return owner;
  for (let above = dirname(path); above !== '/'; above = dirname(above)) {
    const other = rows.volumeAt(above, volume);
    // A mount alone may be a store that several volumes are directories of.
    if (other !== null && rows.volume(other)?.mountpoint === above) return other;
  }
  return null;
}
