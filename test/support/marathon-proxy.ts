import { createServer, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import {
  createMarathonProxy,
  type MarathonProxy,
  type MarathonProxyOptions,
  type ProxyEvent,
} from '../../host/admission/marathon/index.ts';
import { waitFor } from './wait-for.ts';

/** A proxy on a server of its own. */
export interface RunningProxy {
  readonly url: URL;
  readonly port: number;
  readonly events: ProxyEvent[];
  readonly proxy: MarathonProxy;
  /** The next event that has not been taken yet. */
  nextEvent(): Promise<ProxyEvent>;
  close(): Promise<void>;
}

/** Settings of a test: what is not given enforces, fails closed and judges nothing. */
export type ProxySettings = Partial<MarathonProxyOptions> & {
  readonly target: URL;
  readonly server?: ServerOptions;
  readonly port?: number;
  /** What the server around the proxy does first. */
  readonly prepare?: (response: ServerResponse) => void;
};

export async function startProxy({
  server: serverOptions,
  port: wanted = 0,
  prepare,
  ...settings
}: ProxySettings): Promise<RunningProxy> {
  const events: ProxyEvent[] = [];
  const proxy = createMarathonProxy({
    mode: 'enforce',
    onFailure: 'closed',
    admit: async () => ({ failure: 'fault', message: 'nothing is judged in this test' }),
    events: (event) => events.push(event),
    ...settings,
  });
  const server = (serverOptions === undefined ? createServer() : createSecureServer(serverOptions)) as Server;
  server.on('request', (request, response) => {
    prepare?.(response);
    void proxy.handle(request, response);
  });
  server.on('checkContinue', (request, response) => void proxy.handleContinue(request, response));
  server.on('upgrade', (request, socket, head) => proxy.handleUpgrade(request, socket, head));
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket)).on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(wanted, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  let taken = 0;
  return {
    url: new URL(`${serverOptions === undefined ? 'http' : 'https'}://127.0.0.1:${port}`),
    port,
    proxy,
    events,
    nextEvent: async () => {
      const event = await waitFor('an event of the proxy', () => events[taken]);
      taken += 1;
      return event;
    },
    close: () => {
      proxy.close();
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
