import { createReadStream, readFileSync, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Source } from '../admission/finding-text.ts';
import { CliError } from './cli-error.ts';

/**
 * The core refuses a document over its own limit of 1 MiB with a finding (design.md, "Budgets"); this one only keeps an
 * endless file or pipe from filling the memory first.
 */
export const inputSizeMaxBytes = 4 * 1024 * 1024;

/** How long standard input may stay silent before the next bytes. */
const inputTimeoutMs = 60_000;

function tooLarge(name: string, purpose: string, sizeMaxBytes: number): CliError {
  return new CliError(`the ${purpose} is too large`, {
    code: 'cli-input-size',
    expected: `at most ${sizeMaxBytes} bytes`,
    got: `more, in ${name}`,
    advice:
      purpose === 'document'
        ? 'give the document of one task or app; a list of apps is checked app by app'
        : 'check whether it is the right file',
  });
}

function unreadable(name: string, purpose: string, cause: unknown): CliError {
  return new CliError(`cannot read the ${purpose}`, {
    code: 'cli-input',
    expected: `a readable file, or - for standard input`,
    got: `${name}: ${(cause as NodeJS.ErrnoException).code ?? String(cause)}`,
    advice: 'check the path and the rights of the file',
    cause,
  });
}

/** Reads a pipe or terminal to its end. */
async function readStream(stream: Readable, tooMany: () => CliError, sizeMaxBytes: number): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let size = 0;
  const silence = setTimeout(() => {
    stream.destroy(new Error(`nothing came for ${inputTimeoutMs / 1000} s`));
  }, inputTimeoutMs);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer | string>) {
      silence.refresh();
      const part = Buffer.from(chunk);
      size += part.length;
      if (size > sizeMaxBytes) throw tooMany();
      parts.push(part);
    }
    return Buffer.concat(parts);
  } finally {
    clearTimeout(silence);
  }
}

/**
 * Reads a document, a policy or a list whole.
 *
 * @param file a path, or `-` for standard input
 * @param purpose what to call it in an error: `document`, `policy` and so on
 * @throws {CliError} `cli-input`, `cli-input-size`
 */
export async function readInput(
  file: string,
  purpose: string,
  stdin: Readable,
  sizeMaxBytes: number = inputSizeMaxBytes,
): Promise<Source> {
  const name = file === '-' ? '<stdin>' : file;
  const tooMany = (): CliError => tooLarge(name, purpose, sizeMaxBytes);
  try {
    if (file === '-') return { name, bytes: await readStream(stdin, tooMany, sizeMaxBytes) };
    const status = statSync(file);
    // Regular files are read at once: it is the usual case, and `dvdi plan` has 30 ms for everything.
    if (!status.isFile()) return { name, bytes: await readStream(createReadStream(file), tooMany, sizeMaxBytes) };
    if (status.size > sizeMaxBytes) throw tooMany();
    return { name, bytes: readFileSync(file) };
  } catch (error) {
    throw error instanceof CliError ? error : unreadable(name, purpose, error);
  }
}
