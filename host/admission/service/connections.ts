import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ConnectionLimits } from './limits.ts';
import { problemHeaders, problemText } from './problem.ts';
import { connectionProblem } from './request-errors.ts';
import type { TlsMaterial } from './tls-files.ts';

/** The server's connections: their limits, their certificates, their end. */
export class Connections {
  readonly server: Server;
  readonly #limits: ConnectionLimits;
  /** Grows with each change of certificates: who connected before is asked to connect again. */
  #generation = 0;
  readonly #generations = new WeakMap<Socket, number>();
  #isEnding = false;

  /** @param tls null for plain HTTP */
  constructor(tls: TlsMaterial | null, limits: ConnectionLimits) {
    this.#limits = limits;
    const options = {
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      connectionsCheckingInterval: limits.checkIntervalMs,
      maxHeaderSize: limits.headerSizeMaxBytes,
      requireHostHeader: true,
    };
    this.server =
      tls === null
        ? createHttpServer(options)
        : createHttpsServer({ ...options, ...tlsOptions(tls), handshakeTimeout: limits.headersTimeoutMs });
    this.server.maxHeadersCount = limits.headersMax;
    this.server.maxConnections = limits.connectionsMax;
    this.server.on(tls === null ? 'connection' : 'secureConnection', (socket: Socket) =>
      this.#generations.set(socket, this.#generation),
    );
    this.server.on('clientError', refuse);
  }

  /** Certificates for the connections to come; those that are open end with their next answer. */
  setTls(tls: TlsMaterial): void {
    (this.server as HttpsServer).setSecureContext(tlsOptions(tls));
    this.#generation += 1;
  }

  /** From now on each answer is the last on its connection. */
  announceEnd(): void {
    this.#isEnding = true;
  }

  /**
   * Ends: no new connection is taken, and what has begun is waited for until the deadline.
   * @param urgent ends the wait before it
   * @returns whether everything was answered
   */
  async close(deadlineMs: number, urgent: AbortSignal): Promise<boolean> {
    this.#isEnding = true;
    const late = AbortSignal.any([AbortSignal.timeout(deadlineMs), urgent]);
    const cut = () => this.server.closeAllConnections();
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
    if (late.aborted) cut();
    late.addEventListener('abort', cut, { once: true });
    await closed;
    late.removeEventListener('abort', cut);
    return !late.aborted;
  }

  /** For requests that this service answers itself: streams of others may be silent for longer. */
  limitSilence(response: ServerResponse): void {
    response.setTimeout(this.#limits.idleTimeoutMs);
  }

  /** To be called first for each request. */
  prepare(request: IncomingMessage, response: ServerResponse): void {
    const isStale = this.#generations.get(request.socket) !== this.#generation;
    if (this.#isEnding || isStale) response.setHeader('connection', 'close');
  }
}

function tlsOptions({ cert, key, ca }: TlsMaterial) {
  const client = ca === undefined ? {} : { ca, requestCert: true, rejectUnauthorized: true };
  return { cert, key, minVersion: 'TLSv1.2' as const, ...client };
}

/** Bytes that are no request, or none in time. Where an answer is on its way already there is nothing to add to it. */
function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  const { _httpMessage: current } = socket as unknown as { readonly _httpMessage?: ServerResponse | null };
  if (error.code === 'ECONNRESET' || !socket.writable || current?.headersSent === true) {
    socket.destroy();
    return;
  }
  const problem = connectionProblem(error.code);
  const body = problemText(problem);
  const headers = {
    ...problemHeaders(problem),
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${lines.join('')}\r\n${body}`, () =>
    socket.destroy(),
  );
}
