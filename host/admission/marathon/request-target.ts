import { ProxyError } from './proxy-error.ts';

/** What a request asks for, in the form in which it goes to Marathon. */
export interface RequestTarget {
  /** As the client wrote it, up to the first `?`; begins with a slash, or is `*`. */
  readonly path: string;
  /** From the `?` on, or empty. */
  readonly query: string;
}

/**
 * Splits the target of a request line. The absolute form, which every server has to accept (RFC 9112, 3.2.2), loses its
 * scheme and authority: a rule that reads paths would not recognise it otherwise.
 * @throws {ProxyError} `marathon-request` for a fragment, which no request has and some servers cut off
 */
export function readTarget(target: string): RequestTarget {
  if (target.includes('#')) throw ambiguous('a request target without a fragment', target);
  const absolute = /^https?:\/\/[^/?]*(?<rest>.*)$/i.exec(target)?.groups?.rest;
  const origin = absolute === undefined ? target : absolute.startsWith('/') ? absolute : `/${absolute}`;
  if (!origin.startsWith('/') && origin !== '*') throw ambiguous('a request target that begins with a slash', target);
  const mark = origin.indexOf('?');
  return mark < 0 ? { path: origin, query: '' } : { path: origin.slice(0, mark), query: origin.slice(mark) };
}

/**
 * What the most generous server would take a path for: decoded again and again, backslashes as slashes, parameters of
 * segments (`;x=y`) cut off, empty and dot segments resolved, small letters. Only good for telling what a path comes
 * close to.
 */
export function generousPath(path: string): string {
  let decoded = path;
  for (let round = 0; round < 8; round++) {
    const next = decodeOnce(decoded);
    if (next === decoded) break;
    decoded = next;
  }
  const segments: string[] = [];
  for (const segment of decoded.replaceAll('\\', '/').split('/')) {
    const name = segment.replace(/;.*$/s, '').trim();
    if (name === '..') segments.pop();
    else if (name !== '' && name !== '.') segments.push(name.toLowerCase());
  }
  return `/${segments.join('/')}`;
}

/** Whether a server may read a dot segment, and so walk, in this path. */
export function hasDotSegment(path: string): boolean {
  const decoded = decodeOnce(decodeOnce(path)).replaceAll('\\', '/');
  return decoded.split('/').some((segment) => /^\.\.?$/.test(segment.replace(/;.*$/s, '').trim()));
}

export function ambiguous(expected: string, got: string): ProxyError {
  const excerpt = JSON.stringify(got.length > 200 ? `${got.slice(0, 200)}…` : got);
  return new ProxyError(`expected ${expected}, got ${excerpt}`, { code: 'marathon-request' });
}

// Byte by byte, with the %uXXXX that some servlet containers take.
function decodeOnce(text: string): string {
  return text
    .replaceAll(/%u([0-9a-f]{4})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
    .replaceAll(/%([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}
