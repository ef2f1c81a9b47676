import { dirname } from 'node:path';
import type { LedgerMount, VolumeId } from '../core/documents.ts';
import { DriverError, type VolumeDriver } from '../driver/volume-driver.ts';
import { bootId } from '../system/boot-id.ts';
import { layersAt, unmountLayer } from '../system/mount-layers.ts';
import { type MountEntry, type MountTable, readMountTable } from '../system/mount-table.ts';
import { VolumeError } from './volume-error.ts';

/** Longest that a driver may take to say where a volume is: it changes nothing. */
const ASK_TIMEOUT_MS = 60_000;

export interface Unmounting {
  readonly volume: VolumeId;
  readonly driver: VolumeDriver;
  readonly timeoutMs: number;
  /** The mount that is ours to take away when the driver does not; null when only the driver can know. */
  readonly mount: LedgerMount | null;
  /** Where the ledger says that the volume surely was, before this; null when it was not sure, or its mount is gone. */
  readonly mountpoint: string | null;
  /** Whether other live volumes lie on that mount: then it is not this volume's alone, and the driver's word counts. */
  isShared(): Promise<boolean>;
}

/** What is known of a volume after its driver was asked to unmount it, whatever the driver said. */
export type Unmounted =
  | { readonly outcome: 'gone' }
  /** It surely still is as it was: nothing was done. */
  | { readonly outcome: 'mounted'; readonly error: unknown }
  /** `isLeft`: a mount of ours is still there. */
  | { readonly outcome: 'unknown'; readonly error: unknown; readonly isLeft: boolean };

/**
 * Has a driver unmount a volume, and believes the mount table more than the driver.
 *
 * It is asked for as long as a mount of ours is left and the number of mounts there falls: they may be stacked. Then,
 *
 * - when it said yes: what is left of ours is unmounted without it (a driver that says yes and does nothing).
 * - when it said no: it is asked where the volume is. Nowhere: what is left of ours is unmounted, it is gone.
 *   Somewhere: then both agree, and it stays for a later try, unless the mount table has nothing there (many drivers
 *   name the place where they would mount).
 * - when it did not answer in time: it may still be at it, so that nothing is known and nothing is touched.
 */
export async function unmountVolume(unmounting: Unmounting): Promise<Unmounted> {
  const { mount } = unmounting;
  const { error, layers } = await askWhileItHelps(unmounting);
  if (error === null) return finish(unmounting, layers);
  const isLeft = layers.length > 0;
  if (error instanceof DriverError && error.timedOut) return { outcome: 'unknown', error, isLeft };
  let place: string | null;
  try {
    place = await unmounting.driver.mountpointOf({ volume: unmounting.volume, timeoutMs: ASK_TIMEOUT_MS });
  } catch {
    // Why it does not unmount tells more than why it does not say where the volume is.
    const isAsBefore = isLeft || (mount === null && unmounting.mountpoint !== null);
    return isAsBefore && isCertain(error) ? { outcome: 'mounted', error } : { outcome: 'unknown', error, isLeft };
  }
  if (place === null) return finish(unmounting, layers);
  const isAsBefore = isLeft || (mount === null && place === unmounting.mountpoint);
  if (isAsBefore) return isCertain(error) ? { outcome: 'mounted', error } : { outcome: 'unknown', error, isLeft };
  return isMountedAt(await readMountTable(), place) ? { outcome: 'unknown', error, isLeft } : { outcome: 'gone' };
}

/** Mounts on the same path that are the one meant, or of its device: the same filesystem, mounted once more. */
function ownLayers(table: MountTable, mount: LedgerMount): MountEntry[] {
  if (mount.boot !== bootId()) return [];
  return layersAt(table, mount.path).filter(({ device }) => device === mount.device);
}

/** @returns what the driver said last, null for yes, and what was left of ours then. */
async function askWhileItHelps({
  driver,
  volume,
  timeoutMs,
  mount,
}: Unmounting): Promise<{ readonly error: unknown; readonly layers: MountEntry[] }> {
  for (let before = await lookAt(mount); ; ) {
    const error = await driver.unmount({ volume, timeoutMs }).then(
      () => null,
      (reason: unknown) => reason,
    );
    const { count, own } = await lookAt(mount);
    const isLate = error instanceof DriverError && error.timedOut;
    if (own.length === 0 || count >= before.count || isLate) return { error, layers: own };
    before = { count, own };
  }
}

/** How many mounts there are where ours is, those of others on top of it too, and which of them are ours. */
async function lookAt(mount: LedgerMount | null): Promise<{ readonly count: number; readonly own: MountEntry[] }> {
  if (mount === null) return { count: 0, own: [] };
  const table = await readMountTable();
  return { count: layersAt(table, mount.path).length, own: ownLayers(table, mount) };
}

/** Takes away what the driver left, from the top. */
async function finish(unmounting: Unmounting, layers: readonly MountEntry[]): Promise<Unmounted> {
  const { mount, volume, timeoutMs } = unmounting;
  if (mount === null || layers.length === 0 || (await unmounting.isShared())) return { outcome: 'gone' };
  let cause: unknown;
  try {
    for (const { id, device } of layers.toReversed()) {
      if ((await unmountLayer(mount.path, { mountId: id, device }, timeoutMs)) === 'replaced') break;
    }
  } catch (error) {
    cause = error;
  }
  const left = ownLayers(await readMountTable(), mount).length;
  if (left === 0) return { outcome: 'gone' };
  const got = `${left === 1 ? 'its mount' : `${left} mounts`} at ${JSON.stringify(mount.path)}`;
  const why =
    cause === undefined ? 'something else is mounted over it' : 'it could not be unmounted without the driver';
  const message = `expected nothing to be left of the volume ${JSON.stringify(volume.name)}, got ${got}; ${why}`;
  const error = new VolumeError('unmount-without-effect', volume, mount.path, message, cause);
  return { outcome: 'unknown', error, isLeft: true };
}

/** Whether there is a mount at a place, or right above it, where some drivers keep their folder for data. */
function isMountedAt(table: MountTable, place: string): boolean {
  const above = dirname(place);
  return table.at(place) !== null || (above !== '/' && table.at(above) !== null);
}

/** Only a driver that says so itself has surely done nothing. */
function isCertain(error: unknown): boolean {
  return error instanceof DriverError && !error.uncertain;
}
