import { type FSWatcher, watch } from 'node:fs';
import { readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../system/directory-error.ts';
import { writeDurably } from './durable-file.ts';
import { LocalDriverError, quote } from './error.ts';
import { reasonOf } from './failure-reason.ts';
import { describeHolder, isLease, type Lease } from './lease.ts';
import type { Log } from './log.ts';
import { fileNameOf } from './names.ts';

/** Word for an agent that a volume was taken from it. */
export interface FenceNote {
  readonly volume: string;
  readonly by: Lease;
}

/** Leaves word in the directory of another agent, where it stays until a server of that agent has read it. */
export async function leaveNote(directory: string, note: FenceNote): Promise<void> {
  await writeDurably(join(directory, `${fileNameOf(note.volume)}.json`), `${JSON.stringify(note)}\n`);
}

/**
 * Reads what others left, at once and whenever something comes, and logs it. The kernel tells of what comes (inotify):
 * nothing is asked in turns.
 */
export class FenceNotes {
  readonly #directory: string;
  readonly #log: Log;
  readonly #watcher: FSWatcher;
  #reading: Promise<void> = Promise.resolve();

  constructor(directory: string, log: Log) {
    this.#directory = directory;
    this.#log = log;
    this.#watcher = watch(directory, { persistent: false }, () => this.#readNext());
    this.#watcher.on('error', (error) => this.#warn(error));
    this.#readNext();
  }

  /** Resolves when all that was there is logged. */
  async close(): Promise<void> {
    this.#watcher.close();
    await this.#reading;
  }

  #readNext(): void {
    this.#reading = this.#reading.then(() => this.#readAll()).catch((error) => this.#warn(error));
  }

  async #readAll(): Promise<void> {
    for (const name of await readdir(this.#directory)) {
      if (!name.endsWith('.json')) continue;
      // One that cannot be read must not hide the others.
      await this.#read(join(this.#directory, name)).catch((error) => this.#warn(error));
    }
  }

  async #read(path: string): Promise<void> {
    const note = await readNote(path);
    if (note === null) return;
    this.#log({
      level: 'warning',
      message:
        `volume ${quote(note.volume)} was taken by ${describeHolder(note.by)}: it is not mounted here any more, ` +
        'and who still uses it gets I/O errors',
    });
    await unlink(path);
  }

  #warn(error: unknown): void {
    this.#log({ level: 'warning', message: `could not read ${this.#directory}: ${reasonOf(error)}` });
  }
}

/**
 * @returns null when it is gone
 * @throws {LocalDriverError} `volume-damaged` when it is no note
 */
async function readNote(path: string): Promise<FenceNote | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
  const note = parseNote(text);
  if (note !== null) return note;
  throw new LocalDriverError('volume-damaged', `${path}: expected word of a volume that was taken; remove it by hand`);
}

function parseNote(text: string): FenceNote | null {
  try {
    const { volume, by } = (JSON.parse(text) ?? {}) as { readonly volume?: unknown; readonly by?: unknown };
    return typeof volume === 'string' && isLease(by) ? { volume, by } : null;
  } catch {
    return null;
  }
}
