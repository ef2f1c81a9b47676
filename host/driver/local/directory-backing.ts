import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { isAtOrUnder, readMountTable } from '../../system/mount-table.ts';
import type { Backing } from './backing.ts';
import { ensureDataFolder } from './data-folder.ts';
import { syncDirectory } from './durable-file.ts';
import { LocalDriverError, quote } from './error.ts';
import type { VolumeRecord } from './record.ts';
import { DATA_FOLDER, type VolumePlace } from './volume-place.ts';

/**
 * A volume that is a plain directory, for machines without loop devices. It is never mounted: the record's ids alone
 * say whether somebody uses it, and neither size nor filesystem is enforced.
 */
export class DirectoryBacking implements Backing {
  readonly kind = 'directory';

  async make(scratch: VolumePlace): Promise<void> {
    await mkdir(scratch.files, { mode: 0o700 });
  }

  /** The old files go into the scratch place, which the caller discards. */
  async replace(scratch: VolumePlace, place: VolumePlace): Promise<null> {
    await rename(place.files, join(scratch.directory, 'old'));
    await rename(scratch.files, place.files);
    await syncDirectory(place.directory);
    return null;
  }

  async isFormatted(): Promise<boolean> {
    return true;
  }

  isMounted(_place: VolumePlace, mountedFor: readonly string[]): boolean {
    return mountedFor.length > 0;
  }

  async requireAlive(): Promise<void> {}

  async mount(place: VolumePlace): Promise<void> {
    // Missing only when the process was killed between the two renames of `replace`, which was to empty it anyway.
    await mkdir(place.files, { recursive: true, mode: 0o700 });
    await ensureDataFolder(this.dataOf(place));
  }

  async unmount(): Promise<boolean> {
    return false;
  }

  async isHeld(_place: VolumePlace, record: VolumeRecord): Promise<boolean> {
    return record.mountedFor.length > 0;
  }

  /** Nobody can see whether a plain directory is in use. */
  async detach(): Promise<boolean> {
    return false;
  }

  async fence(): Promise<string> {
    throw new LocalDriverError(
      'fence-failed',
      'the volume is a plain directory, which cannot be taken from who uses it: unmount it there first',
    );
  }

  async requireUnused(place: VolumePlace): Promise<void> {
    const { entries } = await readMountTable();
    const mount = entries.find((entry) => isAtOrUnder(entry.mountpoint, place.files));
    if (mount === undefined) return;
    throw new LocalDriverError(
      'volume-in-use',
      `something is mounted at ${quote(mount.mountpoint)}, inside the volume; unmount it first`,
    );
  }

  dataOf(place: VolumePlace): string {
    return join(place.files, DATA_FOLDER);
  }

  async describe(): Promise<Readonly<Record<string, string | number>>> {
    return { backing: 'directory', note: 'no loop devices: size and newfstype are not enforced' };
  }
}
