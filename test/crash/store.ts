import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createPluginDriver } from '../../host/driver/plugin/plugin-driver.ts';
import { loopDevicesUnder } from '../support/mount-guard.ts';
import { waitFor } from '../support/wait-for.ts';
import type { LedgerView, MountStamp, VolumePlaces } from './messages.ts';
import { mountsUnder, stampOf } from './mount-stamp.ts';

const DATA_BYTES = 32 * 1024;

/** Making an ext4 filesystem, on a busy machine. */
const CALL_TIMEOUT_MS = 60_000;

/** The kernel lets a loop device go some milliseconds after the unmount. */
const LOOPS_TIMEOUT_MS = 3_000;

/** What may never happen. */
export type Harm = 'leaked' | 'lost' | 'wrongly unmounted' | 'failed';

export interface Complaint {
  readonly harm: Harm;
  readonly text: string;
}

/** The volumes of one driver, what must be in them, and how to see it without any code of the isolator. */
export class Store {
  readonly places: Readonly<Record<string, VolumePlaces>>;
  readonly #directory: string;
  readonly #sums: Map<string, string>;

  private constructor(directory: string, places: Readonly<Record<string, VolumePlaces>>, sums: Map<string, string>) {
    this.#directory = directory;
    this.places = places;
    this.#sums = sums;
  }

  /** Makes the volumes, each with known bytes in it, and leaves none mounted. */
  static async make(sockets: string, driver: string, names: readonly string[]): Promise<Store> {
    const plugin = createPluginDriver({ directories: { sockets: [sockets], specifications: [] } });
    const places: Record<string, VolumePlaces> = {};
    const sums = new Map<string, string>();
    let directory = '';
    for (const name of names) {
      const call = { volume: { driver, name }, timeoutMs: CALL_TIMEOUT_MS };
      const options = [
        { key: 'size', value: '1', secret: false },
        { key: 'newfstype', value: 'ext4', secret: false },
      ];
      const data = await plugin.mount({ ...call, options, create: true });
      const mountpoint = dirname(data);
      places[name] = { mountpoint, image: join(dirname(mountpoint), 'image'), file: join(data, 'bytes') };
      sums.set(name, await fill(join(data, 'bytes')));
      await plugin.unmount(call);
      directory = dirname(dirname(mountpoint));
    }
    return new Store(directory, places, sums);
  }

  /** Writes other bytes into a volume that is mounted. */
  async refill(name: string): Promise<void> {
    this.#sums.set(name, await fill(this.#placesOf(name).file));
  }

  /** Volumes in use whose mount is not the one that it was. */
  unmounted(inUse: ReadonlyMap<string, MountStamp>): Complaint[] {
    return [...inUse].flatMap(([name, was]) => {
      const is = stampOf(this.#placesOf(name));
      if (is?.id === was.id && is.mountCount === was.mountCount) return [];
      const text = `${name} is in use: expected ${JSON.stringify(was)}, got ${JSON.stringify(is)}`;
      return [{ harm: 'wrongly unmounted', text } as const];
    });
  }

  /** Volumes that are not in the store any more, or whose bytes, where they are mounted, are not what was written. */
  async lost(mounted: Iterable<string>): Promise<Complaint[]> {
    const complaints: Complaint[] = [];
    for (const [name, { image }] of Object.entries(this.places)) {
      if (!existsSync(image)) complaints.push({ harm: 'lost', text: `${name}: ${image} is gone` });
    }
    for (const name of mounted) {
      const bytes = await readFile(this.#placesOf(name).file).catch((error: unknown) => String(error));
      if (sumOf(bytes) === this.#sums.get(name)) continue;
      const got = typeof bytes === 'string' ? bytes : `${bytes.length} others`;
      complaints.push({ harm: 'lost', text: `${name}: expected the bytes that were written, got ${got}` });
    }
    return complaints;
  }

  /** Mounts and loop devices that belong to no volume in use. */
  async leaked({ volumes }: LedgerView): Promise<Complaint[]> {
    const complaints: Complaint[] = [];
    const used = new Set(volumes.filter(({ users }) => users > 0).map(({ name }) => this.#placesOf(name).mountpoint));
    const mounts = mountsUnder(this.#directory);
    for (const { mountpoint } of mounts) {
      // Deleted at once, so that a second mount on the same place is one too many.
      if (!used.delete(mountpoint)) complaints.push({ harm: 'leaked', text: `${mountpoint} is mounted for nobody` });
    }
    const settled = () => (loopDevicesUnder(this.#directory).length <= mounts.length ? true : undefined);
    await waitFor('loop devices to go', settled, LOOPS_TIMEOUT_MS).catch(() => {
      const loops = loopDevicesUnder(this.#directory).join(', ');
      complaints.push({ harm: 'leaked', text: `${mounts.length} mounts have the loop devices ${loops}` });
    });
    return complaints;
  }

  #placesOf(name: string): VolumePlaces {
    return this.places[name] as VolumePlaces;
  }
}

/** Fills a file with new bytes, and gives their sum. */
async function fill(file: string): Promise<string> {
  const bytes = randomBytes(DATA_BYTES);
  await writeFile(file, bytes);
  return sumOf(bytes);
}

function sumOf(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}
