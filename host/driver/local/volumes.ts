import { isDeepStrictEqual } from 'node:util';
import type { Backing } from './backing.ts';
import type { DriverStore } from './driver-store.ts';
import { LocalDriverError, quote } from './error.ts';
import { KeyedQueue } from './keyed-queue.ts';
import { addMountId, checkMountId } from './mount-ids.ts';
import { checkVolumeName } from './names.ts';
import { parseOptions } from './options.ts';
import type { VolumeRecord } from './record.ts';
import { type NewRecordSettings, newRecord, renewedRecord, requireSameOptions } from './record-options.ts';
import { type ContentsSettings, VolumeContents } from './volume-contents.ts';
import { describeVolume, type VolumeDescription } from './volume-description.ts';
import type { VolumePlace } from './volume-place.ts';

export interface VolumesSettings extends ContentsSettings, NewRecordSettings {
  readonly store: DriverStore;
  /** Largest size that a Create may ask for. */
  readonly sizeMaxGib: number;
}

/**
 * The volumes of one driver: what the requests of the protocol do. Requests for one volume are carried out one after
 * the other, in the order in which they came; different volumes never wait for each other.
 *
 * Nothing is remembered here: the record on the disk says what a volume is, the mount table whether it is mounted.
 */
export class Volumes {
  readonly #settings: VolumesSettings;
  readonly #store: DriverStore;
  readonly #contents: VolumeContents;
  readonly #queue = new KeyedQueue();

  constructor(settings: VolumesSettings) {
    this.#settings = settings;
    this.#store = settings.store;
    this.#contents = new VolumeContents(settings);
  }

  /** Makes order after whatever ended the process before: to be called once, before the first request. */
  async recover(): Promise<void> {
    const { boot, log } = this.#settings;
    await this.#store.clearScratch(log);
    for (const record of await this.#store.list(log)) {
      if (record.mountedFor.length === 0) continue;
      if (record.boot === boot && (await this.#mountpointOrLog(record)) !== '') continue;
      await this.#store.write({ ...record, mountedFor: [] });
      log({
        level: 'info',
        message: `volume ${quote(record.name)} is not mounted any more: its mount ids are forgotten`,
      });
    }
  }

  /**
   * Makes a volume. For one that exists: nothing when it has the options asked for, an error when it has others; with
   * `overwritefs=true` its content is made anew by the options given, which must not happen under a mount.
   *
   * @throws {LocalDriverError}
   */
  create(name: string, options: Readonly<Record<string, string>>): Promise<void> {
    return this.#ordered(name, async () => {
      const asked = parseOptions(options, this.#settings.sizeMaxGib);
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
        if (asked.overwrite !== undefined) await this.#store.write({ ...record, overwrite: asked.overwrite });
      }
    });
  }

  /** @throws {LocalDriverError} `volume-in-use` while it is mounted, `volume-missing` */
  remove(name: string): Promise<void> {
    return this.#ordered(name, async () => {
      const record = await this.#require(name);
      await this.#requireUnmounted(record, 'remove it');
      await this.#backingOf(record).requireUnused(this.#placeOf(record));
      const scratch = await this.#store.retire(name);
      await this.#store.discardOrLog(scratch, this.#settings.log);
      this.#settings.log({ level: 'info', message: `volume ${quote(name)} removed` });
    });
  }

  /**
   * Mounts a volume for an id, which may be empty: the first id mounts it, others join. A repeated id changes nothing.
   * The id is on the disk before the mount, so that no crash leaves a mount that nobody may end.
   *
   * @returns the folder for the tasks
   * @throws {LocalDriverError}
   */
  async mount(name: string, id: string): Promise<string> {
    checkMountId(id);
    return this.#ordered(name, async () => {
      const record = await this.#require(name);
      const place = this.#placeOf(record);
      const backing = this.#backingOf(record);
      if (await this.#isMounted(record)) {
        await this.#noteMountIds(record, addMountId(record, id));
        return backing.dataOf(place);
      }
      await this.#contents.prepare(record);
      const intended = await this.#noteMountIds(record, [id]);
      try {
        await backing.mount(place);
      } catch (error) {
        await this.#noteMountIds(intended, []);
        throw error;
      }
      this.#settings.log({ level: 'info', message: `volume ${quote(name)} mounted` });
      return backing.dataOf(place);
    });
  }

  /**
   * Takes an id back; the last one unmounts the volume. Fine when nothing is mounted, so that a client may try again. A
   * volume that is mounted although no id is left is unmounted for any id.
   *
   * @throws {LocalDriverError} `mount-id` when it is mounted for others only
   */
  async unmount(name: string, id: string): Promise<void> {
    checkMountId(id);
    return this.#ordered(name, async () => {
      const record = await this.#require(name);
      if (!(await this.#isMounted(record))) {
        await this.#noteMountIds(record, []);
        return;
      }
      const others = record.mountedFor.filter((known) => known !== id);
      if (others.length > 0 && others.length === record.mountedFor.length) {
        throw new LocalDriverError(
          'mount-id',
          `volume ${quote(name)} is mounted, but not for id ${quote(id)}: expected one of ` +
            `${others.slice(0, 3).map(quote).join(', ')}${others.length > 3 ? ` or ${others.length - 3} more` : ''}`,
        );
      }
      if (others.length === 0) {
        await this.#backingOf(record).unmount(this.#placeOf(record));
        this.#settings.log({ level: 'info', message: `volume ${quote(name)} unmounted` });
      }
      await this.#noteMountIds(record, others);
    });
  }

  /** The folder for the tasks while the volume is mounted, else an empty text. @throws {LocalDriverError} */
  path(name: string): Promise<string> {
    return this.#ordered(name, async () => this.#mountpointOf(await this.#require(name)));
  }

  /** @throws {LocalDriverError} `volume-missing` */
  get(name: string): Promise<VolumeDescription> {
    return this.#ordered(name, async () => {
      const record = await this.#require(name);
      const content = await this.#backingOf(record).describe(this.#placeOf(record));
      return describeVolume(record, await this.#mountpointOf(record), content);
    });
  }

  /** All volumes by name, as they are committed: it waits for none of them. */
  async list(): Promise<{ readonly Name: string; readonly Mountpoint: string }[]> {
    const records = await this.#store.list(this.#settings.log);
    return Promise.all(
      records.map(async (record) => ({ Name: record.name, Mountpoint: await this.#mountpointOrLog(record) })),
    );
  }

  /** Waits for the work in flight, then lets the store go. Mounts stay: containers live in them. */
  async close(): Promise<void> {
    await this.#queue.idle();
    await this.#store.close();
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
    return this.#backingOf(record).isMounted(this.#placeOf(record), record);
  }

  async #mountpointOf(record: VolumeRecord): Promise<string> {
    return (await this.#isMounted(record)) ? this.#backingOf(record).dataOf(this.#placeOf(record)) : '';
  }

  /** For all volumes at once, where one that is damaged must not hide the others. */
  async #mountpointOrLog(record: VolumeRecord): Promise<string> {
    try {
      return await this.#mountpointOf(record);
    } catch (error) {
      if (!(error instanceof LocalDriverError)) throw error;
      this.#settings.log({ level: 'error', message: error.message });
      return '';
    }
  }

  async #requireUnmounted(record: VolumeRecord, purpose: string): Promise<void> {
    const mountpoint = await this.#mountpointOf(record);
    if (mountpoint === '') return;
    throw new LocalDriverError(
      'volume-in-use',
      `volume ${quote(record.name)} is mounted at ${mountpoint}: unmount it before you ${purpose}`,
    );
  }

  async #noteMountIds(record: VolumeRecord, mountedFor: readonly string[]): Promise<VolumeRecord> {
    const { boot } = this.#settings;
    const isSame = record.boot === boot && isDeepStrictEqual(record.mountedFor, mountedFor);
    if (isSame) return record;
    const noted = { ...record, boot, mountedFor };
    await this.#store.write(noted);
    return noted;
  }
}
