import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, readdir, readFile, rename, rmdir, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { errnoOf } from '../../system/directory-error.ts';
import { lockDirectory } from './directory-lock.ts';
import { syncDirectory, writeDurably } from './durable-file.ts';
import { LocalDriverError, quote } from './error.ts';
import { reasonOf } from './failure-reason.ts';
import { DELETE_TIMEOUT_MS } from './limits.ts';
import type { Log } from './log.ts';
import { fileNameOf } from './names.ts';
import { formatRecord, parseRecord, type VolumeRecord } from './record.ts';
import { runTool, type ToolPaths } from './tools.ts';
import { placeIn, type VolumePlace } from './volume-place.ts';

/**
 * The volumes of one driver on the disk. A volume is a directory under `volumes`; it comes into being there, and ends,
 * with one rename from and to `scratch`, whatever happens in between. What lies in `scratch` is nobody's.
 */
export class DriverStore {
  readonly driver: string;
  readonly #volumes: string;
  readonly #scratch: string;
  readonly #lock: FileHandle;
  readonly #tools: ToolPaths;

  private constructor(driver: string, directory: string, lock: FileHandle, tools: ToolPaths) {
    this.driver = driver;
    this.#volumes = join(directory, 'volumes');
    this.#scratch = join(directory, 'scratch');
    this.#lock = lock;
    this.#tools = tools;
  }

  /**
   * Opens the driver's part of a store and locks it for this process: two servers that know nothing of each other would
   * mount and make the same volume at once.
   *
   * @throws {LocalDriverError} `store-busy` when another server has it
   */
  static async open(store: string, driver: string, tools: ToolPaths): Promise<DriverStore> {
    const directory = join(store, fileNameOf(driver));
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const lock = await lockDirectory(directory, tools.flock, 0);
    if (lock === null) {
      throw new LocalDriverError(
        'store-busy',
        `${directory} is served by another process already; stop that one first, or choose another store`,
      );
    }
    const opened = new DriverStore(driver, directory, lock, tools);
    try {
      await mkdir(opened.#volumes, { recursive: true, mode: 0o700 });
      await mkdir(opened.#scratch, { recursive: true, mode: 0o700 });
    } catch (error) {
      await lock.close();
      throw error;
    }
    return opened;
  }

  placeOf(name: string): VolumePlace {
    return placeIn(join(this.#volumes, fileNameOf(name)));
  }

  /**
   * Reads what is kept of a volume.
   *
   * @returns null when there is no such volume
   * @throws {LocalDriverError} `volume-damaged`
   */
  async read(name: string): Promise<VolumeRecord | null> {
    const place = this.placeOf(name);
    const record = await this.#readAt(place);
    if (record === null || record.name === name) return record;
    throw new LocalDriverError(
      'volume-damaged',
      `${place.record} is the record of ${quote(record.name)}: expected ${quote(name)}; its directory was moved by hand`,
    );
  }

  async #readAt(place: VolumePlace): Promise<VolumeRecord | null> {
    let text: string;
    try {
      text = await readFile(place.record, 'utf8');
    } catch (error) {
      if (isErrno(error, 'ENOENT', 'ENOTDIR')) return null;
      throw error;
    }
    return parseRecord(text, place.record);
  }

  async write(record: VolumeRecord): Promise<void> {
    await writeDurably(this.placeOf(record.name).record, formatRecord(record));
  }

  /** The records of all volumes, by name. A damaged one is logged and left out: the others must still be served. */
  async list(log: Log): Promise<VolumeRecord[]> {
    const records: VolumeRecord[] = [];
    for (const entry of await readdir(this.#volumes)) {
      try {
        const record = await this.#readAt(placeIn(join(this.#volumes, entry)));
        if (record !== null) records.push(record);
      } catch (error) {
        if (!(error instanceof LocalDriverError)) throw error;
        log({ level: 'error', message: error.message });
      }
    }
    return records.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Makes an empty directory that is cleared with the next start, should this process not live to do it. */
  async makeScratch(): Promise<VolumePlace> {
    const directory = join(this.#scratch, randomUUID());
    await mkdir(directory, { mode: 0o700 });
    return placeIn(directory);
  }

  /**
   * Turns a finished scratch place into a volume; from here on it exists.
   *
   * @throws {LocalDriverError} `volume-damaged` when files without a record are in its place
   */
  async commit(scratch: VolumePlace, record: VolumeRecord): Promise<void> {
    const { directory } = this.placeOf(record.name);
    await writeDurably(scratch.record, formatRecord(record));
    try {
      await rename(scratch.directory, directory);
    } catch (error) {
      if (!isErrno(error, 'ENOTEMPTY', 'EEXIST', 'ENOTDIR')) throw error;
      throw new LocalDriverError(
        'volume-damaged',
        `${directory}: expected nothing there, got files without the record of a volume; move them away`,
        { cause: error },
      );
    }
    await syncDirectory(this.#volumes);
  }

  /** Ends a volume; from here on it does not exist. Its files lie in the scratch place that comes back. */
  async retire(name: string): Promise<VolumePlace> {
    const scratch = placeIn(join(this.#scratch, randomUUID()));
    await rename(this.placeOf(name).directory, scratch.directory);
    await syncDirectory(this.#volumes);
    return scratch;
  }

  /** Deletes a scratch place: the files this driver makes, by name. Anything else in it makes the last rmdir fail. */
  async discard(scratch: VolumePlace): Promise<void> {
    for (const entry of await readdir(scratch.directory)) {
      const path = join(scratch.directory, entry);
      if (entry === basename(scratch.mountpoint)) await rmdir(path);
      else if (entry === basename(scratch.files) || entry === 'old') await this.#deleteTree(path);
      else if (/^(volume\.json|image)/.test(entry)) await unlink(path);
    }
    await rmdir(scratch.directory);
  }

  /**
   * Deletes the data of a volume that is a plain directory. rm(1) walks by fd, follows no link, and with
   * `--one-file-system` goes into no mount; Node's own recursive removal walks by path.
   */
  async #deleteTree(directory: string): Promise<void> {
    await runTool(this.#tools.rm, ['--recursive', '--force', '--one-file-system', '--', directory], {
      purpose: `delete ${directory}`,
      timeoutMs: DELETE_TIMEOUT_MS,
    });
  }

  /** Deletes what an earlier process left half made or half removed. */
  async clearScratch(log: Log): Promise<void> {
    for (const entry of await readdir(this.#scratch)) {
      await this.discardOrLog(placeIn(join(this.#scratch, entry)), log);
    }
  }

  /** Like {@link discard}; a failure is logged and mended by the next start, since no volume is hurt by it. */
  async discardOrLog(scratch: VolumePlace, log: Log): Promise<void> {
    try {
      await this.discard(scratch);
    } catch (error) {
      const reason = reasonOf(error);
      log({
        level: 'warning',
        message: `could not delete ${scratch.directory}, tried again with the next start: ${reason}`,
      });
    }
  }

  /** Lets another process have the driver's part of the store. */
  async close(): Promise<void> {
    await this.#lock.close();
  }
}

function isErrno(error: unknown, ...codes: string[]): boolean {
  return codes.includes(errnoOf(error) ?? '');
}
