import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rmdir, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { errnoOf } from '../../system/directory-error.ts';
import { AgentSeat } from './agent-seat.ts';
import { syncDirectory, writeDurably } from './durable-file.ts';
import { LocalDriverError, quote } from './error.ts';
import { reasonOf } from './failure-reason.ts';
import { describeServer, type Holder } from './lease.ts';
import { DELETE_TIMEOUT_MS } from './limits.ts';
import type { Log } from './log.ts';
import { fileNameOf } from './names.ts';
import { formatRecord, parseRecord, type VolumeRecord } from './record.ts';
import { runTool, type ToolPaths } from './tools.ts';
import { type VolumeLock, VolumeLocks } from './volume-locks.ts';
import { placeIn, type VolumePlace } from './volume-place.ts';

/** What stands between the agent and the rest in the name of a scratch place; no file name of an agent has it. */
const OWNER_END = ',';

export interface StoreSettings {
  readonly holder: Holder;
  /** How long a volume may be changed by another server before a request for it is refused. */
  readonly lockWaitSeconds: number;
  readonly now: () => Date;
  readonly tools: ToolPaths;
}

/**
 * The volumes of one driver on the disk. A volume is a directory under `volumes`; it comes into being there, and ends,
 * with one rename from and to `scratch`, whatever happens in between. What lies in `scratch` is nobody's.
 */
export class DriverStore {
  readonly driver: string;
  readonly seat: AgentSeat;
  readonly #agent: string;
  readonly #volumes: string;
  readonly #scratch: string;
  readonly #locks: VolumeLocks;
  readonly #tools: ToolPaths;

  private constructor(driver: string, directory: string, seat: AgentSeat, settings: StoreSettings) {
    this.driver = driver;
    this.seat = seat;
    this.#agent = seat.holder.agent;
    this.#volumes = join(directory, 'volumes');
    this.#scratch = join(directory, 'scratch');
    this.#tools = settings.tools;
    this.#locks = new VolumeLocks({
      directory: join(directory, 'locks'),
      holder: describeServer(seat.holder),
      flock: settings.tools.flock,
      waitSeconds: settings.lockWaitSeconds,
    });
  }

  /**
   * Opens the driver's part of a store for one agent, whose only server this process is from now on.
   *
   * @throws {LocalDriverError} `store-busy` when another server has it for the same agent
   */
  static async open(store: string, driver: string, settings: StoreSettings): Promise<DriverStore> {
    const directory = join(store, fileNameOf(driver));
    for (const name of ['volumes', 'scratch', 'locks']) {
      await mkdir(join(directory, name), { recursive: true, mode: 0o700 });
    }
    const { holder, now, tools } = settings;
    const seat = await AgentSeat.take(join(directory, 'agents'), holder, now().toISOString(), tools);
    return new DriverStore(driver, directory, seat, settings);
  }

  /**
   * Does what changes a volume, while nobody else does, in this process or another. The lock of a volume that does not
   * exist afterwards is taken away.
   *
   * @param waitSeconds default: what the store was opened with
   * @throws {LocalDriverError} `volume-busy`
   */
  async whileLocked<T>(name: string, work: (lock: VolumeLock) => Promise<T>, waitSeconds?: number): Promise<T> {
    const lock = await this.#locks.take(name, waitSeconds);
    try {
      return await work(lock);
    } finally {
      await (existsSync(this.placeOf(name).directory) ? lock.release() : lock.end());
    }
  }

  placeOf(name: string): VolumePlace {
    return placeIn(join(this.#volumes, fileNameOf(name)), this.#agent);
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
        const record = await this.#readAt(placeIn(join(this.#volumes, entry), this.#agent));
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
    const scratch = this.#newScratch();
    await mkdir(scratch.directory, { mode: 0o700 });
    return scratch;
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
    const scratch = this.#newScratch();
    await rename(this.placeOf(name).directory, scratch.directory);
    await syncDirectory(this.#volumes);
    return scratch;
  }

  #newScratch(): VolumePlace {
    return placeIn(join(this.#scratch, `${fileNameOf(this.#agent)}${OWNER_END}${randomUUID()}`), this.#agent);
  }

  /** Deletes a scratch place: the files this driver makes, by name. Anything else in it makes the last rmdir fail. */
  async discard(scratch: VolumePlace): Promise<void> {
    for (const entry of await readdir(scratch.directory)) {
      const path = join(scratch.directory, entry);
      if (/^mount(-|$)/.test(entry)) await rmdir(path);
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

  /** Deletes what an earlier process left half made or half removed: of this agent, and of those without a server. */
  async clearScratch(log: Log): Promise<void> {
    const byAgent = Map.groupBy(await readdir(this.#scratch), (entry) => entry.slice(0, entry.lastIndexOf(OWNER_END)));
    for (const [agent, entries] of byAgent) {
      const clear = async () => {
        for (const entry of entries) await this.discardOrLog(placeIn(join(this.#scratch, entry), this.#agent), log);
      };
      // What has no owner is of the time when a store had one server.
      if (agent === fileNameOf(this.#agent) || agent === '') await clear();
      else await this.seat.whileFree(agent, clear);
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

  /** Lets another process serve the agent. */
  async close(): Promise<void> {
    await this.seat.close();
  }
}

function isErrno(error: unknown, ...codes: string[]): boolean {
  return codes.includes(errnoOf(error) ?? '');
}
