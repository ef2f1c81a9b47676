import type { IncomingMessage } from 'node:http';
import { LocalDriverError, quote } from './error.ts';
import { REQUEST_MAX_BYTES } from './limits.ts';

/** The fields of a request's body, not yet checked. */
export interface RequestBody {
  readonly Name?: unknown;
  readonly ID?: unknown;
  readonly Opts?: unknown;
}

/**
 * Reads a whole body. One that is too long is read to its end and thrown away, so that the client hears why; the
 * server's time limit for requests ends one that never ends.
 *
 * @returns null when it is longer than 1 MiB
 */
export async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > REQUEST_MAX_BYTES) chunks.length = 0;
    else chunks.push(chunk);
  }
  return length > REQUEST_MAX_BYTES ? null : Buffer.concat(chunks);
}

/**
 * Parses a body. Docker sends none with `/Plugin.Activate`, and `null` is what Go makes of an absent argument: both are
 * an object without fields.
 *
 * @param bytes null for a body that is too long
 * @throws {LocalDriverError} `request` when it is too long, not UTF-8, not JSON, or no object
 */
export function parseBody(bytes: Buffer | null): RequestBody {
  if (bytes === null) {
    throw new LocalDriverError('request', `expected a request of at most ${REQUEST_MAX_BYTES} bytes, got more`);
  }
  if (bytes.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    // The parser's own message quotes the body, which may hold a secret option.
    throw new LocalDriverError('request', `expected a JSON object in UTF-8, got ${bytes.length} bytes that are none`, {
      cause: error,
    });
  }
  if (value === null) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return value;
  throw new LocalDriverError(
    'request',
    `expected a JSON object, got ${Array.isArray(value) ? 'an array' : typeof value}`,
  );
}

/** A text of a body; one that is absent or null is empty, as in Go. @throws {LocalDriverError} `request` */
export function textField(body: RequestBody, field: 'Name' | 'ID'): string {
  const value = body[field] ?? '';
  if (typeof value === 'string') return value;
  throw new LocalDriverError('request', `expected "${field}" to be a string, got ${kindOf(value)}`);
}

/** The options of a Create: an object of texts; none when absent or null. @throws {LocalDriverError} `request` */
export function optionsField(body: RequestBody): Readonly<Record<string, string>> {
  const value = body.Opts ?? {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new LocalDriverError('request', `expected "Opts" to be an object of strings, got ${kindOf(value)}`);
  }
  for (const [key, text] of Object.entries(value)) {
    if (typeof text === 'string') continue;
    throw new LocalDriverError('request', `expected option ${quote(key)} to be a string, got ${kindOf(text)}`);
  }
  return value as Readonly<Record<string, string>>;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : typeof value;
}
