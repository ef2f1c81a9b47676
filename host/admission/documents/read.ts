import type { Readable } from 'node:stream';

import { readBounded, readStream, TooLargeError } from '../../system/bounded-read.ts';
import type { AuthoredDocument } from './authored-document.ts';
import { DocumentError } from './document-error.ts';

/**
 * The core refuses a document over its own limit of 1 MiB with a finding; YAML with its comments may be longer than the
 * JSON that it stands for. This only keeps an endless file or pipe from filling the memory.
 */
export const DOCUMENT_SIZE_MAX_BYTES = 4 * 1024 * 1024;

const SILENCE_MAX_MS = 60_000;

/**
 * Reads a file, or standard input for `-`.
 * @throws {DocumentError} `document-unreadable`, `document-size`
 */
export async function readSource(path: string, stdin: Readable): Promise<{ name: string; source: Uint8Array }> {
  const name = path === '-' ? '<stdin>' : path;
  const bounds = { sizeMaxBytes: DOCUMENT_SIZE_MAX_BYTES, silenceMaxMs: SILENCE_MAX_MS };
  try {
    return { name, source: await (path === '-' ? readStream(stdin, bounds) : readBounded(path, bounds)) };
  } catch (error) {
    throw error instanceof TooLargeError ? tooLarge(name) : unreadable(name, error);
  }
}

/**
 * The documents of a file: one of JSON, its bytes as they are, or any number of YAML. A name without an ending that
 * says what it is, such as that of standard input, is JSON when it begins as JSON does.
 * @throws {DocumentError} `document-yaml`
 */
export async function documentsOf(name: string, source: Uint8Array): Promise<readonly AuthoredDocument[]> {
  if (!isYaml(name, source)) return [{ name, index: null, format: 'json', source, json: source, place: (it) => it }];
  // The parser of YAML takes as long to load as all the rest.
  const { yamlDocuments } = await import('./yaml-documents.ts');
  return yamlDocuments(name, source);
}

/** Whether a file is YAML, by its name or, where the name does not say, by how it begins. */
export function isYaml(name: string, source: Uint8Array): boolean {
  if (/\.ya?ml$/iu.test(name)) return true;
  if (/\.json$/iu.test(name)) return false;
  const first = source.find((byte) => byte > 0x20);
  return first !== undefined && !'{["'.includes(String.fromCharCode(first));
}

function tooLarge(name: string): DocumentError {
  return new DocumentError('the document is too large', {
    code: 'document-size',
    file: name,
    expected: `at most ${DOCUMENT_SIZE_MAX_BYTES} bytes`,
    got: 'more',
    advice: 'check whether it is the right file; split a large list of apps',
  });
}

function unreadable(name: string, cause: unknown): DocumentError {
  return new DocumentError('cannot read the document', {
    code: 'document-unreadable',
    file: name,
    expected: 'a file that may be read',
    got: (cause as NodeJS.ErrnoException).code ?? (cause as Error).message,
    advice: 'check the path and the rights of the file',
    cause,
  });
}
