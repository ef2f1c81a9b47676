import type { Backing } from './backing.ts';
import type { DriverStore } from './driver-store.ts';
import { quote } from './error.ts';
import type { Log } from './log.ts';
import type { BackingKind, VolumeRecord } from './record.ts';

export interface ContentsSettings {
  readonly store: DriverStore;
  readonly backings: Readonly<Record<BackingKind, Backing>>;
  /** When a volume with `overwritefs=true` is emptied: with a Create that says so, or with every mount as well. */
  readonly overwriteOn: 'create' | 'mount';
  readonly log: Log;
}

/** Makes the content of volumes, new and anew. The caller orders the calls for one volume. */
export class VolumeContents {
  readonly #settings: ContentsSettings;

  constructor(settings: ContentsSettings) {
    this.#settings = settings;
  }

  /** Makes a volume with its content; a failure leaves nothing of it. */
  async make(record: VolumeRecord): Promise<void> {
    const { store, backings, log } = this.#settings;
    const scratch = await store.makeScratch();
    try {
      await backings[record.backing].make(scratch, record);
      await store.commit(scratch, record);
    } catch (error) {
      await store.discardOrLog(scratch, log);
      throw error;
    }
    log({ level: 'info', message: `volume ${quote(record.name)} created` });
  }

  /**
   * Makes the content of a volume anew beside it and exchanges the two: a crash leaves the old one or the new one. The
   * volume must not be mounted.
   *
   * @param old what becomes of the old content
   */
  async renew(record: VolumeRecord, old: 'keep' | 'discard'): Promise<void> {
    const { store, backings, log } = this.#settings;
    const backing = backings[record.backing];
    const place = store.placeOf(record.name);
    await backing.requireUnused(place);
    const scratch = await store.makeScratch();
    try {
      await backing.make(scratch, record);
      const kept = await backing.replace(scratch, place, old);
      const where = kept === null ? '' : `; what was there before is kept as ${kept}`;
      log({ level: 'info', message: `volume ${quote(record.name)} made anew${where}` });
    } finally {
      await store.discardOrLog(scratch, log);
    }
  }

  /** What the seed says of the content before a mount: emptied when so set, made where there is no filesystem. */
  async prepare(record: VolumeRecord): Promise<void> {
    const { store, backings, overwriteOn, log } = this.#settings;
    if (record.overwrite && overwriteOn === 'mount') {
      await this.renew(record, 'discard');
    } else if (!(await backings[record.backing].isFormatted(store.placeOf(record.name)))) {
      log({ level: 'warning', message: `volume ${quote(record.name)} has no ext4 or xfs filesystem: one is made` });
      await this.renew(record, 'keep');
    }
  }
}
