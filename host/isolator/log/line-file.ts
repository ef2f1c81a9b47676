import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { LogError } from './log-error.ts';

/** Made for their owner alone: names of volumes and of containers are nobody else's business. */
const MODE = 0o600;
/** O_NONBLOCK: a named pipe that nobody reads is an error, and not a wait without an end. */
const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOCTTY | constants.O_NONBLOCK;

/** A reader of our pipe that takes nothing for so long has stopped reading; until it goes on, nobody waits for it. */
const PATIENCE_MS = 2_000;
const PAUSE_MS = 10;

export interface LineFileOptions {
  /** Told once, when lines begin to be lost. */
  readonly onFailure: (error: unknown) => void;
  /** The line that is written, when writing works again, in the place of those that were lost. */
  readonly lostLine: (count: number) => string;
  /** How bytes are written, for tests. */
  readonly write?: (fd: number, bytes: Uint8Array) => number;
}

/**
 * Lines at the end of a file, each written by one call and at once: what was written is in the file also when the
 * process is killed next, and lines of several processes do not mix. It never throws, and never waits without end: a
 * log that fails must not make the work fail. pino's own destination tries a full disk again without end at the end.
 */
export class LineFile {
  readonly #fd: number;
  readonly #isOwn: boolean;
  readonly #options: LineFileOptions;
  #lost = 0;
  /** Whether the file ends in the middle of a line. */
  #isTorn = false;
  #isClosed = false;

  /**
   * @param destination a path, or a descriptor that stays the caller's to close
   * @throws {LogError}
   */
  constructor(destination: string | number, options: LineFileOptions) {
    try {
      this.#fd = typeof destination === 'number' ? destination : openSync(destination, FLAGS, MODE);
      fstatSync(this.#fd);
    } catch (error) {
      throw new LogError(destination, error);
    }
    this.#isOwn = typeof destination === 'string';
    this.#options = options;
  }

  /** @param line with its line feed. */
  write(line: string): void {
    if (this.#isClosed) return;
    try {
      if (this.#lost > 0) this.#append(this.#options.lostLine(this.#lost));
      this.#lost = 0;
      this.#append(line);
    } catch (error) {
      this.#lost += 1;
      if (this.#lost === 1) this.#options.onFailure(error);
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#isOwn) closeSync(this.#fd);
  }

  #append(line: string): void {
    const bytes = Buffer.from(this.#isTorn ? `\n${line}` : line);
    const write = this.#options.write ?? writeSync;
    let written = 0;
    try {
      // Who has lost lines already does not wait again.
      const deadline = performance.now() + (this.#lost > 0 ? 0 : PATIENCE_MS);
      while (written < bytes.length) {
        const count = writeUnlessFull(() => write(this.#fd, bytes.subarray(written)));
        written += count;
        if (count > 0) continue;
        if (performance.now() >= deadline) throw new Error('the reader of the log does not read');
        pause();
      }
      this.#isTorn = false;
    } catch (error) {
      this.#isTorn ||= written > 0;
      throw error;
    }
  }
}

/** @returns 0 when a pipe is full right now. */
function writeUnlessFull(write: () => number): number {
  try {
    return write();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
    throw error;
  }
}

/** Nothing else may happen meanwhile: the line has to be out before the work goes on. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
}
