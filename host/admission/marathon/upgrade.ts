import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { endToEnd, fieldsOf, forwardedHeaders, type RawHeaders, type RequestOrigin } from './headers.ts';
import { hasBody, requirePlainFraming } from './request-form.ts';
import { ambiguous, readTarget } from './request-target.ts';
import type { Upstream } from './upstream.ts';

/** Connections that have left HTTP. */
export interface Tunnels {
  /**
   * Takes an upgrade to Marathon. Only to WebSocket, by GET: what is tunnelled is not checked, and under `h2c` it would
   * be HTTP again.
   * @throws {ProxyError} before anything is sent
   */
  open(request: IncomingMessage, socket: Duplex, head: Buffer, origin: RequestOrigin): void;
  /** Cuts all of them. */
  close(): void;
}

export function createTunnels(upstream: Upstream): Tunnels {
  const sockets = new Set<Duplex>();
  const keep = (socket: Duplex) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  };
  return {
    open: (request, socket, head, origin) => {
      requireWebSocket(request);
      keep(socket);
      const { path, query } = readTarget(request.url ?? '');
      const { rawHeaders } = request;
      const headers = [...endToEnd(rawHeaders), ...forwardedHeaders(rawHeaders, origin), 'Upgrade', 'websocket'];
      const outgoing = upstream.open({
        method: 'GET',
        path: path + query,
        headers,
        fresh: true,
        connection: ['Upgrade'],
      });
      socket.once('close', () => outgoing.destroy());
      outgoing.on('error', () => endWith(socket, 502));
      outgoing.once('upgrade', (answer, other, rest) => {
        keep(other);
        outgoing.setTimeout(0);
        socket.write(headOf(answer, [...endToEnd(answer.rawHeaders), ...upgradeFields(answer)]));
        socket.write(rest);
        other.write(head);
        join(socket, other, upstream.timeouts.idleMs);
      });
      outgoing.once('response', (answer) => {
        // No upgrade after all: the answer goes as far as the connection lasts, and nothing after it is read.
        socket.write(headOf(answer, [...endToEnd(answer.rawHeaders, ['transfer-encoding']), 'Connection', 'close']));
        answer.on('error', () => socket.destroy());
        answer.pipe(socket);
      });
      outgoing.end();
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function requireWebSocket(request: IncomingMessage): void {
  requirePlainFraming(request);
  const { upgrade = '' } = request.headers;
  if (request.method !== 'GET' || hasBody(request))
    throw ambiguous('an upgrade by GET without a body', request.method ?? '');
  if (upgrade.trim().toLowerCase() !== 'websocket') throw ambiguous('an upgrade to websocket', upgrade);
}

/** Ends a connection that is not HTTP's any more, or not yet, with an answer that has a status and nothing else. */
export function endWith(socket: Duplex, status: number, body = ''): void {
  if (socket.destroyed) return;
  const head = `HTTP/1.1 ${status} \r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}`;
  socket.end(`${head}\r\nConnection: close\r\n\r\n${body}`);
}

function headOf(answer: IncomingMessage, headers: RawHeaders): string {
  const lines = [...fieldsOf(headers)].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\n${lines}\r\n`;
}

function upgradeFields(answer: IncomingMessage): string[] {
  return [...fieldsOf(answer.rawHeaders)].filter(([name]) => /^(?:connection|upgrade)$/i.test(name)).flat();
}

function join(one: Duplex, other: Duplex, idleMs: number): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.pipe(to);
    from.once('close', () => to.destroy());
    // Both are sockets; a Duplex of another kind has no such limit.
    if ('setTimeout' in from)
      (from as unknown as { setTimeout: (ms: number, act: () => void) => void }).setTimeout(idleMs, () =>
        from.destroy(),
      );
  }
}
