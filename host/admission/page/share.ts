/**
 * The page's state as a part of its address: `#v1.` and base64url of deflated JSON. A fragment never reaches a server,
 * and whoever wrote one is not to be trusted, so that reading has a limit of size, of time and of form.
 */

/** What a link carries. */
export interface SharedState {
  readonly document: string;
  readonly policy: string;
  /** Name of the document's kind, `detect` for whatever it is. */
  readonly kind: string;
}

/** A link that cannot be made or read; the message says what was expected. */
export class ShareError extends Error {
  override readonly name = 'ShareError';
}

const PREFIX = 'v1.';

/** Longest link of ours. Browsers take more, but chats, trackers and mail cut or refuse it. */
export const FRAGMENT_SIZE_MAX_CHARACTERS = 64 * 1024;
/** The largest document (1 MiB) and policy (256 KiB) with every other character escaped. */
export const STATE_SIZE_MAX_BYTES = 3 * 1024 * 1024;
/** Longest time for the decompression of a fragment: it takes some milliseconds for the largest. */
const TIMEOUT_MS = 2_000;
const KIND_SIZE_MAX_CHARACTERS = 64;

/** Whether a fragment (with or without its `#`) is meant for this page, in whatever version. */
export function isShared(fragment: string): boolean {
  return /^#?v\d+\./.test(fragment);
}

/**
 * Writes a state as a fragment, without the `#`.
 * @throws {ShareError} when it is longer than links may be
 */
export async function encodeState(state: SharedState): Promise<string> {
  const { document, policy, kind } = state;
  const bytes = new TextEncoder().encode(JSON.stringify({ document, policy, kind }));
  const deflated = await collect(piped(bytes, new CompressionStream('deflate-raw')), STATE_SIZE_MAX_BYTES);
  const fragment = `${PREFIX}${toBase64Url(deflated)}`;
  if (fragment.length <= FRAGMENT_SIZE_MAX_CHARACTERS) return fragment;
  throw new ShareError(
    `expected a link of at most ${FRAGMENT_SIZE_MAX_CHARACTERS} characters, got ${fragment.length}: ` +
      'share the files instead',
  );
}

/**
 * Reads a fragment, with or without its `#`.
 * @throws {ShareError} when it is too long, damaged, too large once decompressed, or not of this form
 */
export async function decodeState(fragment: string): Promise<SharedState> {
  const text = fragment.replace(/^#/, '');
  if (!text.startsWith(PREFIX)) throw new ShareError(`expected a link that starts with #${PREFIX}`);
  if (text.length > FRAGMENT_SIZE_MAX_CHARACTERS) {
    throw new ShareError(`expected at most ${FRAGMENT_SIZE_MAX_CHARACTERS} characters, got ${text.length}`);
  }
  const deflated = fromBase64Url(text.slice(PREFIX.length));
  const inflated = await collect(piped(deflated, new DecompressionStream('deflate-raw')), STATE_SIZE_MAX_BYTES);
  return stateOf(inflated);
}

function stateOf(bytes: Uint8Array): SharedState {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new ShareError('expected JSON in it, got something else: the link is damaged');
  }
  const { document, policy, kind } = (typeof value === 'object' && value !== null ? value : {}) as Partial<SharedState>;
  if (typeof document !== 'string' || typeof policy !== 'string' || typeof kind !== 'string') {
    throw new ShareError('expected a document, a policy and a kind in it');
  }
  if (kind.length > KIND_SIZE_MAX_CHARACTERS) throw new ShareError('expected the name of a kind in it');
  return { document, policy, kind };
}

/** A stream of what a transformation makes of bytes. */
function piped(bytes: Uint8Array<ArrayBuffer>, through: GenericTransformStream): ReadableStream<Uint8Array> {
  return new Blob([bytes]).stream().pipeThrough(through);
}

/** All bytes of a stream, which is ended as soon as there are too many of them or it takes too long. */
async function collect(stream: ReadableStream<Uint8Array>, sizeMaxBytes: number): Promise<Uint8Array> {
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    void reader.cancel();
  }, TIMEOUT_MS);
  try {
    for (;;) {
      const { value, done } = await read(reader);
      if (late) throw new ShareError(`expected it to be read within ${TIMEOUT_MS} ms`);
      if (done) return joined(parts, size);
      size += value.byteLength;
      if (size > sizeMaxBytes) {
        void reader.cancel();
        throw new ShareError(`expected at most ${sizeMaxBytes} bytes once decompressed, got more`);
      }
      parts.push(value);
    }
  } finally {
    clearTimeout(timer);
  }
}

async function read(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<ReadableStreamReadResult<Uint8Array>> {
  try {
    return await reader.read();
  } catch {
    throw new ShareError('expected compressed text in it, got something else: the link is damaged or was cut');
  }
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

/** RFC 4648, section 5, without padding. */
function toBase64Url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  if (!/^[\w-]+$/.test(text)) throw new ShareError('expected letters, digits, - and _ only: the link is damaged');
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  } catch {
    throw new ShareError('expected base64url: the link is damaged or was cut');
  }
}
