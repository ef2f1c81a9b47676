import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { MarathonProxy } from '../marathon/index.ts';
import type { Connections } from './connections.ts';
import type { HttpApp } from './http-app.ts';

/** In front of the service's own paths where the others are Marathon's: Marathon has none that begins like this. */
export const PREFIX_BESIDE_MARATHON = '/dvdi';

/** Takes each request to who answers it: the service's own paths, or Marathon. */
export function dispatch(connections: Connections, app: HttpApp, marathon: MarathonProxy | null): void {
  const { server } = connections;
  const own: RequestListener = (request, response) => {
    // A stream of Marathon may be silent for longer than an answer of ours may stay unread.
    connections.limitSilence(response);
    app(request, response);
  };
  const prepared = (listener: RequestListener) => (request: IncomingMessage, response: ServerResponse) => {
    connections.prepare(request, response);
    listener(request, response);
  };
  if (marathon === null) {
    server.on('request', prepared(own));
    return;
  }
  server.on(
    'request',
    prepared((request, response) => {
      if (isOwn(request.url)) own(request, response);
      else void marathon.handle(request, response);
    }),
  );
  server.on(
    'checkContinue',
    prepared((request, response) => {
      if (!isOwn(request.url)) {
        void marathon.handleContinue(request, response);
        return;
      }
      response.writeContinue();
      own(request, response);
    }),
  );
  server.on('upgrade', (request: IncomingMessage, socket, head: Buffer) => {
    if (isOwn(request.url)) socket.destroy();
    else marathon.handleUpgrade(request, socket, head);
  });
}

/** By the bytes as they came: whatever only means the same after decoding is Marathon's to judge. */
function isOwn(url: string | undefined): boolean {
  return url === PREFIX_BESIDE_MARATHON || url?.startsWith(`${PREFIX_BESIDE_MARATHON}/`) === true;
}
