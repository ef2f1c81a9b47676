import { isDeepStrictEqual } from 'node:util';
import { type MountTable, readMountTable } from '../../system/mount-table.ts';
import type { Backing } from './backing.ts';
import type { DriverStore } from './driver-store.ts';
import { LocalDriverError, quote } from './error.ts';
import { KeyedQueue } from './keyed-queue.ts';
import type { Lease } from './lease.ts';
import { Leases, type LeasesSettings } from './leases.ts';
import { addMountId, checkMountId, takeMountId } from './mount-ids.ts';
import { checkVolumeName } from './names.ts';
import { parseOptions, type VolumeOptions } from './options.ts';
import type { VolumeRecord } from './record.ts';
import { type NewRecordSettings, newRecord, renewedRecord, requireSameOptions } from './record-options.ts';
import { type ContentsSettings, VolumeContents } from './volume-contents.ts';
import { describeVolume, type VolumeDescription } from './volume-description.ts';
import type { VolumeLock } from './volume-locks.ts';
import type { VolumePlace } from './volume-place.ts';

export interface VolumesSettings extends ContentsSettings, LeasesSettings, NewRecordSettings {
  readonly store: DriverStore;
  /** Largest size that a Create may ask for. */
  readonly sizeMaxGib: number;
}

/**
 * The volumes of one driver: what the requests of the protocol do. Requests for one volume are carried out one after
 * the other, in the order in which they came; different volumes never wait for each other.
 *
 * Nothing is remembered here: the record on the disk says what a volume is and which agent has it, the mount table
 * whether it is mounted. So what other servers of the store do is seen with the next request.
 */
export class Volumes {
  readonly #settings: VolumesSettings;
  readonly #store: DriverStore;
  readonly #contents: VolumeContents;
  readonly #leases: Leases;
  readonly #queue = new KeyedQueue();

  constructor(settings: VolumesSettings) {
    this.#settings = settings;
    this.#store = settings.store;
    this.#contents = new VolumeContents(settings);
    this.#leases = new Leases(settings);
  }

  /** Makes order after whatever ended the process before: to be called once, before the first request. */
  async recover(): Promise<void> {
    const { log } = this.#settings;
    await this.#store.clearScratch(log);
    for (const { name } of (await this.#store.list(log)).filter((record) => this.#isToRecover(record))) {
      try {
        await this.#store.whileLocked(name, () => this.#recoverVolume(name), 0);
      } catch (error) {
        // One volume that is stuck must not keep the others from being served; nothing of it is taken for granted.
        if (!(error instanceof LocalDriverError && error.code === 'volume-busy')) throw error;
        log({ level: 'warning', message: error.message });
      }
    }
  }

  #isToRecover(record: VolumeRecord): boolean {
    return !this.#leases.isAnothers(record) && (record.lease !== null || record.mountedFor.length > 0);
  }

  /** Answers for what an earlier server of this agent mounted, and forgets what is gone. */
  async #recoverVolume(name: string): Promise<void> {
    const { boot, log } = this.#settings;
    const record = await this.#store.read(name);
    if (record === null || !this.#isToRecover(record)) return;
    const isSameBoot = record.boot === boot;
    if (isSameBoot && this.#mountpointOrLog(record, await readMountTable()) !== '') {
      const lease = record.lease === null ? this.#leases.begin() : this.#leases.renew(record.lease);
      await this.#noteUse(record, record.mountedFor, lease);
      return;
    }
    const isHeld = isSameBoot && (await this.#backingOf(record).isHeld(this.#placeOf(record), record));
    await this.#noteUse(record, [], isHeld ? record.lease : null);
    if (record.mountedFor.length === 0) return;
    log({ level: 'info', message: `volume ${quote(name)} is not mounted any more: its mount ids are forgotten` });
  }

  /**
   * Makes a volume. For one that exists: nothing when it has the options asked for, an error when it has others; with
   * `overwritefs=true` its content is made anew by the options given, which must not happen under a mount.
   *
   * @throws {LocalDriverError}
   */
  create(name: string, options: Readonly<Record<string, string>>): Promise<void> {
    return this.#ordered(name, async () => {
      // Before the lock: a request that is refused anyway leaves nothing behind.
      const asked = parseOptions(options, this.#settings.sizeMaxGib);
      await this.#store.whileLocked(name, () => this.#createLocked(name, asked));
    });
  }

  async #createLocked(name: string, asked: VolumeOptions): Promise<void> {
    const record = await this.#store.read(name);
    if (record === null) {
      await this.#contents.make(newRecord(name, asked, this.#settings));
    } else if (asked.overwrite === true) {
      await this.#requireUnmounted(record, 'have it made anew (overwritefs=true)');
      const renewed = renewedRecord(record, asked);
      await this.#contents.renew(renewed, 'discard');
      await this.#store.write(renewed);
    } else {
      requireSameOptions(record, asked);
      const { overwrite } = asked;
      if (overwrite !== undefined && overwrite !== record.overwrite) await this.#store.write({ ...record, overwrite });
    }
  }

  /** @throws {LocalDriverError} `volume-in-use` while it is mounted, `volume-held` by whom else, `volume-missing` */
  remove(name: string): Promise<void> {
    return this.#changing(name, async (record) => {
      await this.#requireUnmounted(record, 'remove it');
      await this.#backingOf(record).requireUnused(this.#placeOf(record));
      const scratch = await this.#store.retire(name);
      await this.#store.discardOrLog(scratch, this.#settings.log);
      this.#settings.log({ level: 'info', message: `volume ${quote(name)} removed` });
    });
  }

  /**
   * Mounts a volume for an id, which may be empty: the first id mounts it, others join. A repeated id changes nothing.
   * The id and the lease are on the disk before the mount, so that no crash leaves a mount that nobody may end.
   *
   * @returns the folder for the tasks
   * @throws {LocalDriverError} also `volume-held` when another agent has it
   */
  async mount(name: string, id: string): Promise<string> {
    checkMountId(id);
    return this.#changing(name, async (record, lock) => {
      const place = this.#placeOf(record);
      const backing = this.#backingOf(record);
      if (!this.#leases.isAnothers(record) && (await this.#isMounted(record))) {
        await backing.requireAlive(place);
        await this.#noteUse(record, addMountId(record, id), record.lease ?? this.#leases.begin());
        return backing.dataOf(place);
      }
      await this.#leases.takeOver(record, lock);
      await this.#contents.prepare(record);
      const intended = await this.#noteUse(record, [id], this.#leases.begin());
      try {
        await backing.mount(place, lock);
      } catch (error) {
        const isHeld = await backing.isHeld(place, { ...intended, mountedFor: [] });
        await this.#noteUse(intended, [], isHeld ? intended.lease : null);
        throw error;
      }
      this.#settings.log({ level: 'info', message: `volume ${quote(name)} mounted` });
      return backing.dataOf(place);
    });
  }

  /**
   * Takes an id back; the last one unmounts the volume. Fine when nothing is mounted, so that a client may try again,
   * and when another agent has the volume by now: it is not mounted here. A volume that is mounted although no id is
   * left is unmounted for any id.
   *
   * @throws {LocalDriverError} `mount-id` when it is mounted for others only
   */
  async unmount(name: string, id: string): Promise<void> {
    checkMountId(id);
    return this.#changing(name, async (record, lock) => {
      if (this.#leases.isAnothers(record)) {
        this.#settings.log({ level: 'info', message: `volume ${quote(name)} is another agent's: nothing to unmount` });
        return;
      }
      if (!(await this.#isMounted(record))) {
        await this.#noteUse(record, [], record.lease);
        return;
      }
      const others = takeMountId(record, id);
      if (others.length > 0) {
        await this.#noteUse(record, others, record.lease);
        return;
      }
      const isHeld = await this.#backingOf(record).unmount(this.#placeOf(record), lock);
      this.#settings.log({ level: 'info', message: `volume ${quote(name)} unmounted` });
      await this.#noteUse(record, [], isHeld ? (record.lease ?? this.#leases.begin()) : null);
    });
  }

  /** The folder for the tasks while the volume is mounted, else an empty text. @throws {LocalDriverError} */
  path(name: string): Promise<string> {
    return this.#ordered(name, async () => this.#mountpointOf(await this.#require(name), await readMountTable()));
  }

  /** @throws {LocalDriverError} `volume-missing` */
  get(name: string): Promise<VolumeDescription> {
    return this.#ordered(name, async () => {
      const record = await this.#require(name);
      try {
        const content = await this.#backingOf(record).describe(this.#placeOf(record));
        const holder = await this.#leases.heldByAnother(record);
        return describeVolume(record, await this.#mountpointOf(record, await readMountTable()), content, holder);
      } catch (error) {
        // Another server may have removed it meanwhile: then this is the whole truth.
        await this.#require(name);
        throw error;
      }
    });
  }

  /** All volumes by name, as they are committed: it waits for none of them. */
  async list(): Promise<{ readonly Name: string; readonly Mountpoint: string }[]> {
    const records = await this.#store.list(this.#settings.log);
    const table = await readMountTable();
    return records.map((record) => ({ Name: record.name, Mountpoint: this.#mountpointOrLog(record, table) }));
  }

  /** Waits for the work in flight, then lets the store go. Mounts stay: containers live in them. */
  async close(): Promise<void> {
    await this.#queue.idle();
    await this.#store.close();
  }

  /** Runs what changes a volume that exists, in order, and with its lock against other servers. */
  #changing<T>(name: string, work: (record: VolumeRecord, lock: VolumeLock) => Promise<T>): Promise<T> {
    return this.#ordered(name, async () => {
      // Before the lock as well: a volume that nobody knows gets none.
      await this.#require(name);
      return this.#store.whileLocked(name, async (lock) => work(await this.#require(name), lock));
    });
  }

  async #ordered<T>(name: string, work: () => Promise<T>): Promise<T> {
    return this.#queue.run(checkVolumeName(name), work);
  }

  #placeOf(record: VolumeRecord): VolumePlace {
    return this.#store.placeOf(record.name);
  }

  #backingOf(record: VolumeRecord): Backing {
    return this.#settings.backings[record.backing];
  }

  async #require(name: string): Promise<VolumeRecord> {
    const record = await this.#store.read(name);
    if (record !== null) return record;
    throw new LocalDriverError('volume-missing', `no volume ${quote(name)} in driver ${quote(this.#store.driver)}`);
  }

  async #isMounted(record: VolumeRecord): Promise<boolean> {
    return this.#mountpointOf(record, await readMountTable()) !== '';
  }

  #mountpointOf(record: VolumeRecord, table: MountTable): string {
    if (this.#leases.isAnothers(record)) return '';
    const backing = this.#backingOf(record);
    const place = this.#placeOf(record);
    return backing.isMounted(place, record.mountedFor, table) ? backing.dataOf(place) : '';
  }

  /** For all volumes at once, where one that is damaged must not hide the others. */
  #mountpointOrLog(record: VolumeRecord, table: MountTable): string {
    try {
      return this.#mountpointOf(record, table);
    } catch (error) {
      if (!(error instanceof LocalDriverError)) throw error;
      this.#settings.log({ level: 'error', message: error.message });
      return '';
    }
  }

  async #requireUnmounted(record: VolumeRecord, purpose: string): Promise<void> {
    await this.#leases.requireNotHeldByAnother(record, purpose);
    const mountpoint = this.#mountpointOf(record, await readMountTable());
    if (mountpoint === '') return;
    throw new LocalDriverError(
      'volume-in-use',
      `volume ${quote(record.name)} is mounted at ${mountpoint}: unmount it before you ${purpose}`,
    );
  }

  async #noteUse(record: VolumeRecord, mountedFor: readonly string[], lease: Lease | null): Promise<VolumeRecord> {
    const noted = { ...record, boot: this.#settings.boot, mountedFor, lease };
    if (!isDeepStrictEqual(record, noted)) await this.#store.write(noted);
    return noted;
  }
}
