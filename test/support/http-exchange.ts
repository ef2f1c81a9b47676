import { type Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';

/** An answer, whole. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The body, read as JSON. */
  json<T = Record<string, unknown>>(): T;
}

export interface HttpQuestion extends RequestOptions {
  readonly body?: Uint8Array | string;
  readonly agent?: Agent;
}

const DEADLINE_MS = 10_000;

/** One request over a real socket; it has a connection of its own unless an agent is given. */
export function exchange(url: string, { body, ...options }: HttpQuestion = {}): Promise<HttpAnswer> {
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(DEADLINE_MS);
    const request = send(url, { agent: false, signal, ...options }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.once('error', reject);
      response.once('end', () => {
        const whole = Buffer.concat(parts);
        const json = <T>() => JSON.parse(whole.toString()) as T;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: whole, json });
      });
    });
    request.once('error', reject);
    request.end(body);
  });
}

/** A POST of a document. */
export function post(url: string, body: Uint8Array | string, options: HttpQuestion = {}): Promise<HttpAnswer> {
  const headers = { 'content-type': 'application/json', ...options.headers };
  return exchange(url, { method: 'POST', ...options, headers, body });
}
