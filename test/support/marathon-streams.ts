import type { IncomingMessage, ServerResponse } from 'node:http';

const BLOCK = Buffer.alloc(64 * 1024, 'dvdi ');

/** The routes by which a test sees how bytes flow; none of them is Marathon's own. False for any other request. */
export function streamRoute(request: IncomingMessage, response: ServerResponse): boolean {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://marathon.example');
  switch (pathname) {
    case '/test/chunks':
      response.writeHead(200, ['Content-Type', 'text/plain', 'Trailer', 'X-Sum', 'Transfer-Encoding', 'chunked']);
      response.write('first');
      setImmediate(() => {
        response.write('second');
        response.addTrailers([['X-Sum', '11']]);
        response.end();
      });
      return true;
    case '/test/bytes':
      sendBytes(response, Number(searchParams.get('count')));
      return true;
    case '/test/echo':
      response.writeHead(200, { 'Content-Type': 'application/octet-stream' });
      response.flushHeaders();
      request.pipe(response);
      return true;
    case '/test/half':
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('half', () => response.socket?.destroy());
      return true;
    case '/test/silence':
      return true;
    case '/test/slow-head':
      response.writeHead(200, { 'Content-Length': '4' });
      response.flushHeaders();
      return true;
    case '/test/reset':
      request.socket.resetAndDestroy();
      return true;
    case '/test/early':
      response.writeHead(413, ['Content-Length', '5', 'Connection', 'close']);
      response.end('early');
      return true;
    case '/test/garbage':
      request.socket.end('SSH-2.0-OpenSSH_9.2\r\n');
      return true;
    default:
      return false;
  }
}

// At the reader's pace, as a well-behaved server does.
function sendBytes(response: ServerResponse, count: number): void {
  response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': String(count) });
  let left = count;
  const go = () => {
    while (left > 0) {
      const block = BLOCK.subarray(0, Math.min(left, BLOCK.byteLength));
      left -= block.byteLength;
      if (!response.write(block)) {
        response.once('drain', go);
        return;
      }
    }
    response.end();
  };
  go();
}
