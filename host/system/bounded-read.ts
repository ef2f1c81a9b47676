import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';

/** More came than the reader takes. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';
  readonly sizeMaxBytes: number;

  constructor(sizeMaxBytes: number) {
    super(`expected at most ${sizeMaxBytes} bytes, got more`);
    this.sizeMaxBytes = sizeMaxBytes;
  }
}

/** Bounds of a read: an endless file or pipe must neither fill the memory nor hold up its reader for good. */
export interface ReadBounds {
  readonly sizeMaxBytes: number;
  /** How long a pipe or a terminal may stay silent before the next bytes. */
  readonly silenceMaxMs: number;
}

/**
 * Reads a pipe or terminal to its end.
 * @throws {TooLargeError}
 * @throws {Error} what the stream fails with, and when nothing comes for too long
 */
export async function readStream(stream: Readable, { sizeMaxBytes, silenceMaxMs }: ReadBounds): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let size = 0;
  const silence = setTimeout(() => {
    stream.destroy(new Error(`nothing came for ${silenceMaxMs / 1000} s`));
  }, silenceMaxMs);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer | string>) {
      silence.refresh();
      const part = Buffer.from(chunk);
      size += part.length;
      if (size > sizeMaxBytes) throw new TooLargeError(sizeMaxBytes);
      parts.push(part);
    }
    return Buffer.concat(parts);
  } finally {
    clearTimeout(silence);
  }
}

/**
 * Reads a file whole: a regular one, or what a path such as `/dev/fd/63` leads to. A pipe without a writer reads as
 * empty and is not waited for.
 * @throws {TooLargeError}
 * @throws {Error} with the errno as its `code`
 */
export async function readBounded(path: string, bounds: ReadBounds): Promise<Uint8Array> {
  await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  const status = await file.stat();
  if (!status.isFile()) return await readStream(file.createReadStream({ autoClose: false }), bounds);
  if (status.size > bounds.sizeMaxBytes) throw new TooLargeError(bounds.sizeMaxBytes);
  return await file.readFile();
}
