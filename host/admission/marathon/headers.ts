/** Names and values in turn, as Node's `rawHeaders`: case, order and repetitions as they came. */
export type RawHeaders = readonly string[];

/** Fields of one connection, not of the message (RFC 9110, 7.6.1). `Transfer-Encoding` stands for the framing. */
const HOP_BY_HOP = new Set(['connection', 'proxy-connection', 'keep-alive', 'te', 'upgrade', 'http2-settings']);

/** A `Connection` that lists one of these would have the proxy send another message than it has read. */
const NEVER_DROPPED = new Set(['host', 'content-length', 'transfer-encoding', 'content-encoding', 'content-type']);

/** Name and value of each field. */
export function* fieldsOf(headers: RawHeaders): Generator<readonly [name: string, value: string]> {
  for (let at = 0; at + 1 < headers.length; at += 2) yield [headers[at] ?? '', headers[at + 1] ?? ''];
}

/** All values of a field, in order. */
export function valuesOf(headers: RawHeaders, name: string): string[] {
  return [...fieldsOf(headers)].filter(([field]) => field.toLowerCase() === name).map(([, value]) => value);
}

/** The fields of the message itself: those of the connection are gone, and those named in `dropped` (small letters). */
export function endToEnd(headers: RawHeaders, dropped: readonly string[] = []): string[] {
  const listed = valuesOf(headers, 'connection').flatMap((value) => value.toLowerCase().split(','));
  const gone = new Set([...HOP_BY_HOP, ...dropped]);
  for (const name of listed.map((each) => each.trim())) if (!NEVER_DROPPED.has(name)) gone.add(name);
  return [...fieldsOf(headers)].filter(([name]) => !gone.has(name.toLowerCase())).flat();
}

/** Where a request came from. */
export interface RequestOrigin {
  readonly address: string;
  readonly encrypted: boolean;
  /** `1.1` or `1.0`. */
  readonly httpVersion: string;
  /** The name by which this proxy knows its own `Via` again. */
  readonly pseudonym: string;
}

/**
 * What a proxy adds to a request: `X-Forwarded-For` as a further line, `X-Forwarded-Proto` and `-Host` where no proxy
 * before it has given them, `Via` (RFC 9110, 7.6.3).
 */
export function forwardedHeaders(headers: RawHeaders, origin: RequestOrigin): string[] {
  const added = ['X-Forwarded-For', origin.address];
  if (valuesOf(headers, 'x-forwarded-proto').length === 0) {
    added.push('X-Forwarded-Proto', origin.encrypted ? 'https' : 'http');
  }
  const host = valuesOf(headers, 'host')[0];
  if (host !== undefined && valuesOf(headers, 'x-forwarded-host').length === 0) added.push('X-Forwarded-Host', host);
  added.push('Via', `${origin.httpVersion} ${origin.pseudonym}`);
  return added;
}

/** Trailers in the form that `addTrailers` takes. */
export function trailerPairs(trailers: RawHeaders): [string, string][] {
  return [...fieldsOf(trailers)].map(([name, value]) => [name, value]);
}
