import type { IncomingMessage } from 'node:http';
import { ProxyError } from './proxy-error.ts';

/** What has been read of a body. */
export interface RequestBody {
  readonly bytes: Buffer;
  /** False: it is larger than the limit, and the rest is still to be read from the request, which is paused. */
  readonly whole: boolean;
}

/**
 * Reads a body up to a limit; a longer one is left where the limit was passed.
 * @returns null when the client went away
 * @throws {ProxyError} `marathon-body-timeout`
 */
export function readBody(request: IncomingMessage, maxBytes: number, timeoutMs: number): Promise<RequestBody | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (act: () => void) => {
      clearTimeout(timer);
      request.off('data', take).off('end', finish).off('close', leave).off('error', leave);
      act();
    };
    const take = (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.byteLength;
      if (size <= maxBytes) return;
      request.pause();
      settle(() => resolve({ bytes: Buffer.concat(chunks), whole: false }));
    };
    const finish = () => settle(() => resolve({ bytes: Buffer.concat(chunks), whole: true }));
    const leave = () => settle(() => resolve(null));
    const timer = setTimeout(() => {
      const message = `expected the whole body within ${timeoutMs} ms, got ${size} bytes of it`;
      settle(() => reject(new ProxyError(message, { code: 'marathon-body-timeout' })));
    }, timeoutMs);
    request.on('data', take).on('end', finish).on('close', leave).on('error', leave);
  });
}
