import { type FileHandle, open, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../system/directory-error.ts';
import { printableText } from '../../system/printable-text.ts';
import { LocalDriverError, quote } from './error.ts';
import { lockHandle } from './file-lock.ts';
import { fileNameOf } from './names.ts';

/** Longest piece of a lock's file in a message. */
const HOLDER_MAX_LENGTH = 400;

/** The lock of one volume, held. */
export interface VolumeLock {
  /**
   * For programs that mount and unmount: who has it holds the lock. So a mount(8) that outlives a killed server keeps
   * everybody from the volume until it has ended.
   */
  readonly fd: number;
  /** Lets the volume go. */
  release(): Promise<void>;
  /** Lets the volume go for good: it does not exist any more, and its lock's file goes as well. */
  end(): Promise<void>;
}

export interface VolumeLocksSettings {
  readonly directory: string;
  /** Who takes the locks, for the message that others get. */
  readonly holder: string;
  /** Path of flock(1). */
  readonly flock: string;
  /** How long a volume may be worked on by others before a request for it is refused. */
  readonly waitSeconds: number;
}

/** One lock for each volume of a driver, across processes: whatever changes a volume is done under it. */
export class VolumeLocks {
  readonly #settings: VolumeLocksSettings;

  constructor(settings: VolumeLocksSettings) {
    this.#settings = settings;
  }

  /**
   * @param waitSeconds default: what the settings say
   * @throws {LocalDriverError} `volume-busy` when others work on the volume for longer
   */
  async take(name: string, waitSeconds: number = this.#settings.waitSeconds): Promise<VolumeLock> {
    const path = join(this.#settings.directory, fileNameOf(name));
    const deadline = performance.now() + waitSeconds * 1000;
    for (;;) {
      const handle = await open(path, 'a', 0o600);
      try {
        if (!(await this.#lock(handle, path, waitSeconds))) throw await this.#busy(name, path, waitSeconds);
        // The one that waited for may have removed the volume and the file with it; then another file is the lock now.
        if (await isAt(handle, path)) return await this.#claim(handle, path);
      } catch (error) {
        await handle.close();
        throw error;
      }
      await handle.close();
      if (performance.now() > deadline) throw await this.#busy(name, path, waitSeconds);
    }
  }

  #lock(handle: FileHandle, path: string, waitSeconds: number): Promise<boolean> {
    const { flock } = this.#settings;
    return lockHandle(handle, { flock, waitSeconds, mode: 'exclusive', path });
  }

  async #claim(handle: FileHandle, path: string): Promise<VolumeLock> {
    await handle.truncate(0);
    await handle.write(this.#settings.holder);
    return {
      fd: handle.fd,
      release: () => handle.close(),
      end: async () => {
        try {
          await unlink(path);
        } finally {
          await handle.close();
        }
      },
    };
  }

  async #busy(name: string, path: string, waitSeconds: number): Promise<LocalDriverError> {
    const holder = (await readFile(path, 'utf8').catch(() => '')) || 'another server';
    return new LocalDriverError(
      'volume-busy',
      `${printableText(holder, HOLDER_MAX_LENGTH)}, or a program it started, has been at work on volume ` +
        `${quote(name)} for ${waitSeconds} s: try again; if it hangs, end it`,
    );
  }
}

async function isAt(handle: FileHandle, path: string): Promise<boolean> {
  try {
    const [own, there] = [await handle.stat(), await stat(path)];
    return own.ino === there.ino && own.dev === there.dev;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}
