import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { printableText } from '../../system/printable-text.ts';
import { LocalDriverError, quote } from './error.ts';
import { reasonOf } from './failure-reason.ts';
import { CONNECTIONS_MAX, REQUEST_TIMEOUT_MS } from './limits.ts';
import type { Log } from './log.ts';
import { CONTENT_TYPE, METHODS } from './protocol.ts';
import { parseBody, readBody } from './request.ts';
import type { Volumes } from './volumes.ts';

interface Answer {
  readonly status: number;
  readonly body: object;
}

/**
 * Speaks the Docker Volume Plugin protocol for one driver.
 *
 * What the driver refuses is 200 with `Err`, as the protocol has it. What is no request of the protocol is 400, 404 (to
 * Docker: "not implemented") or 405, a failure of our own 500; all of them have `Err`, too.
 */
export class PluginServer {
  /** For the caller to listen on a socket. */
  readonly http: Server;
  readonly #volumes: Volumes;
  readonly #log: Log;
  readonly #inFlight = new Set<Promise<void>>();
  #isClosing = false;

  constructor(volumes: Volumes, log: Log) {
    this.#volumes = volumes;
    this.#log = log;
    this.http = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
      // Only a client that went away makes this fail: what it asked for is done, and nobody is left to hear of it.
      this.#serve(request, response).catch(() => response.destroy());
    });
    this.http.maxConnections = CONNECTIONS_MAX;
  }

  /** Takes no more requests and resolves when those whose work has begun are answered. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const closed = new Promise((resolve) => this.http.close(resolve));
    while (this.#inFlight.size > 0) await Promise.all(this.#inFlight);
    this.http.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const bytes = await readBody(request);
    const work = this.#answerTo(request, bytes).then((answer) => send(response, answer));
    const settled = work.then(
      () => undefined,
      () => undefined,
    );
    this.#inFlight.add(settled);
    await settled;
    this.#inFlight.delete(settled);
    await work;
  }

  async #answerTo(request: IncomingMessage, bytes: Buffer | null): Promise<Answer> {
    const path = request.url ?? '';
    const method = METHODS.get(path);
    if (method === undefined) return refusal(404, `${quote(path)} is no method of the volume driver protocol`);
    if (request.method !== 'POST') return refusal(405, `expected POST for ${path}, got ${request.method}`);
    if (this.#isClosing) return refusal(503, 'the driver is stopping: try again when it is back');
    try {
      return { status: 200, body: await method(this.#volumes, parseBody(bytes)) };
    } catch (error) {
      return this.#answerToFailure(path, error);
    }
  }

  #answerToFailure(path: string, error: unknown): Answer {
    if (error instanceof LocalDriverError) {
      this.#log({ level: 'info', message: `${path} refused: ${error.message}` });
      return refusal(error.code === 'request' ? 400 : 200, error.message);
    }
    const reason = printableText(reasonOf(error));
    this.#log({ level: 'error', message: `${path} failed: ${reason}` });
    return refusal(500, `the driver failed: ${reason}`);
  }
}

function refusal(status: number, text: string): Answer {
  return { status, body: { Err: text } };
}

/** Resolves when the answer is handed to the kernel or the client is gone. */
async function send(response: ServerResponse, answer: Answer): Promise<void> {
  if (response.destroyed) return;
  const text = `${JSON.stringify(answer.body)}\n`;
  response.writeHead(answer.status, { 'Content-Type': CONTENT_TYPE, 'Content-Length': Buffer.byteLength(text) });
  const ended = Promise.race([once(response, 'finish'), once(response, 'close')]);
  response.end(text);
  await ended;
}
