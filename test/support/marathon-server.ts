import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { absolute, type Definition, MarathonStore, type StoreAnswer } from './marathon-store.ts';
import { streamRoute } from './marathon-streams.ts';

/** A request as it arrived at Marathon. */
export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  readonly rawTrailers: readonly string[];
}

/** A small server with the HTTP of Marathon: what a proxy's tests need of it, over a real socket. */
export interface MarathonServer {
  readonly url: URL;
  readonly port: number;
  readonly store: MarathonStore;
  /** Whole requests only, in the order in which they ended. */
  readonly received: ReceivedRequest[];
  /** Requests whose body is not whole, or never was. */
  readonly aborted: string[];
  readonly server: Server;
  /** Sends an event to all who listen on /v2/events. */
  emit(name: string, data: unknown): void;
  /** How many listen on /v2/events. */
  listeners(): number;
  /** Bytes written to all connections that are open now. */
  written(): number;
  /** How many connections are open now. */
  connections(): number;
  close(): Promise<void>;
}

export interface MarathonServerOptions {
  readonly tls?: ServerOptions;
  /** `user:password` for HTTP basic authentication. */
  readonly credentials?: string;
  /** Answers instead of Marathon when it returns true. */
  readonly intercept?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

export async function startMarathon(options: MarathonServerOptions = {}): Promise<MarathonServer> {
  const store = new MarathonStore();
  const events = new Set<ServerResponse>();
  const received: ReceivedRequest[] = [];
  const aborted: string[] = [];
  const listener: RequestListener = (request, response) => {
    // As Jetty: no word about a connection that stays, and a date that does not change within a test.
    response.sendDate = false;
    if (response.shouldKeepAlive) response.removeHeader('connection');
    const { method = '', url = '', rawHeaders, headers } = request;
    request.on('error', () => {});
    request.once('close', () => {
      if (!request.complete) aborted.push(`${method} ${url}`);
    });
    if (options.intercept?.(request, response)) return;
    if (!isAuthorized(request, options.credentials)) {
      send(response, {
        status: 401,
        body: { message: 'Unauthorized' },
        headers: { 'WWW-Authenticate': 'Basic realm="Mesosphere"' },
      });
      return;
    }
    if (url === '/v2/events') {
      events.add(response);
      response.once('close', () => events.delete(response));
      response.writeHead(200, ['Content-Type', 'text/event-stream', 'Cache-Control', 'no-cache']);
      response.flushHeaders();
      return;
    }
    if (streamRoute(request, response)) return;
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      received.push({ method, url, rawHeaders, headers, body, rawTrailers: request.rawTrailers });
      send(response, answer(store, method, url, body));
    });
  };
  const server = (
    options.tls === undefined ? createServer(listener) : createSecureServer(options.tls, listener)
  ) as Server;
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket)).on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`),
    port,
    store,
    received,
    aborted,
    server,
    emit: (name, data) => {
      for (const each of events) each.write(`event: ${name}\r\ndata: ${JSON.stringify(data)}\r\n\r\n`);
    },
    listeners: () => events.size,
    connections: () => sockets.size,
    written: () => [...sockets].reduce((sum, socket) => sum + socket.bytesWritten, 0),
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function send(response: ServerResponse, { status, body, headers = {} }: StoreAnswer): void {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const type = typeof body === 'string' ? 'text/plain;charset=utf-8' : 'application/json';
  response.writeHead(status, [
    'Date',
    'Thu, 01 Jan 2026 00:00:00 GMT',
    'X-Marathon-Leader',
    'http://marathon.example:8080',
    'Set-Cookie',
    'a=1',
    'Set-Cookie',
    'b=2',
    ...Object.entries(headers).flat(),
    'Content-Type',
    type,
    'Content-Length',
    String(bytes.byteLength),
  ]);
  response.end(bytes);
}

function answer(store: MarathonStore, method: string, target: string, body: Buffer): StoreAnswer {
  const { pathname, searchParams } = new URL(target, 'http://marathon.example');
  if (pathname === '/ping') return { status: 200, body: 'pong\n' };
  if (pathname === '/v2/info') return { status: 200, body: { name: 'marathon', version: '1.10.0' } };
  const [, version = '', resource = '', ...rest] = pathname.split('/').map(decodeURIComponent);
  const id = absolute(rest.join('/'));
  if (version !== 'v2') return { status: 404, body: { message: 'URI not found' } };
  if (method === 'GET') return show(store, resource, rest, id);
  if (method === 'DELETE') return { status: store.apps.delete(id) ? 200 : 404, body: {} };
  const value = body.length === 0 ? {} : parse(body);
  if (value === undefined) return { status: 400, body: { message: 'Invalid JSON' } };
  const force = searchParams.get('force') === 'true';
  const partial = method === 'PATCH' || searchParams.get('partialUpdate') !== 'false';
  if (resource === 'groups') return store.updateGroup(id, value as Definition);
  if (resource === 'pods') return { status: 201, body: value };
  if (resource === 'apps' && method === 'POST' && rest.at(-1) !== 'restart')
    return store.createApp(value as Definition);
  if (resource === 'apps' && method !== 'POST' && id === '/') {
    for (const each of value as Definition[]) store.updateApp(absolute(String(each.id)), each, partial, force);
    return { status: 200, body: { deploymentId: 'deployment-list' } };
  }
  if (resource === 'apps' && method !== 'POST') return store.updateApp(id, value as Definition, partial, force);
  return { status: 200, body: { version: '2026-01-01T00:00:00.000Z', deploymentId: 'deployment-x' } };
}

function show(store: MarathonStore, resource: string, rest: readonly string[], id: string): StoreAnswer {
  const missing = { status: 404, body: { message: `'${id}' does not exist` } };
  const at = rest.indexOf('versions');
  if (at >= 0) {
    const old = store.versions.get(`${absolute(rest.slice(0, at).join('/'))} ${rest[at + 1]}`);
    return old === undefined ? missing : { status: 200, body: old };
  }
  if (resource === 'groups') return store.showGroup(id);
  if (resource === 'apps' && id === '/') return { status: 200, body: { apps: [...store.apps.values()] } };
  const app = store.apps.get(id);
  return app === undefined ? missing : { status: 200, body: { app: { ...app, tasks: [], tasksRunning: 0 } } };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function isAuthorized({ headers }: IncomingMessage, credentials: string | undefined): boolean {
  return credentials === undefined || headers.authorization === `Basic ${Buffer.from(credentials).toString('base64')}`;
}
