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
async function readPipe(stream: Readable, tooMany: () => CliError, sizeMaxBytes: number): Promise<Uint8Array> {
  // Regular files are the usual case, and need none of it.
  const { readStream, TooLargeError } = await import('../system/bounded-read.ts');
  try {
    return await readStream(stream, { sizeMaxBytes, silenceMaxMs: inputTimeoutMs });
  } catch (error) {
    throw error instanceof TooLargeError ? tooMany() : error;
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
    if (file === '-') return { name, bytes: await readPipe(stdin, tooMany, sizeMaxBytes) };
    const status = statSync(file);
    // Regular files are read at once: it is the usual case, and `dvdi plan` has 30 ms for everything.
    if (!status.isFile()) return { name, bytes: await readPipe(createReadStream(file), tooMany, sizeMaxBytes) };
    if (status.size > sizeMaxBytes) throw tooMany();
    return { name, bytes: readFileSync(file) };
  } catch (error) {
    throw error instanceof CliError ? error : unreadable(name, purpose, error);
  }
}
