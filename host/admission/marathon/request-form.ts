import type { IncomingMessage } from 'node:http';
import { valuesOf } from './headers.ts';
import { ProxyError } from './proxy-error.ts';
import { ambiguous } from './request-target.ts';

/**
 * Refuses what two readers of HTTP may cut into messages in two ways. Node's parser has refused most of it already (two
 * lengths, a length beside chunks, bytes that no header has).
 * @throws {ProxyError} `marathon-request`
 */
export function requirePlainFraming(request: IncomingMessage): void {
  const codings = valuesOf(request.rawHeaders, 'transfer-encoding');
  if (codings.length > 0 && (codings.length > 1 || codings[0]?.toLowerCase() !== 'chunked')) {
    throw ambiguous('Transfer-Encoding: chunked', codings.join(', '));
  }
  if (codings.length > 0 && request.httpVersion !== '1.1') throw ambiguous('chunks in HTTP/1.1 only', 'HTTP/1.0');
  if (valuesOf(request.rawHeaders, 'host').length > 1) throw ambiguous('one Host', 'several');
  const lengths = valuesOf(request.rawHeaders, 'content-length');
  if (lengths.length > 1 || !/^\d*$/.test(lengths[0] ?? '')) throw ambiguous('one Content-Length', lengths.join(', '));
}

/**
 * Refuses a body that the checker would have to decode: Marathon reads none of these itself.
 * @throws {ProxyError} `marathon-request` with status 415
 */
export function requirePlainBody(request: IncomingMessage): void {
  const codings = valuesOf(request.rawHeaders, 'content-encoding').filter((value) => !/^\s*identity\s*$/i.test(value));
  if (codings.length > 0) {
    throw new ProxyError(`expected a body without Content-Encoding, got ${JSON.stringify(codings.join(', '))}`, {
      code: 'marathon-request',
      status: 415,
    });
  }
}

/** Whether the message announces a body. */
export function hasBody(request: IncomingMessage): boolean {
  const length = request.headers['content-length'];
  return request.headers['transfer-encoding'] !== undefined || (length !== undefined && Number(length) > 0);
}

/** Whether the client waits for `100 Continue` before it sends the body. */
export function expectsContinue(request: IncomingMessage): boolean {
  return /^\s*100-continue\s*$/i.test(request.headers.expect ?? '');
}
