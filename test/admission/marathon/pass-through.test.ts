import { type RunningProxy, startProxy } from '../../support/marathon-proxy.ts';
import { type MarathonServer, startMarathon } from '../../support/marathon-server.ts';
import { exchangeRaw, rawConnection } from '../../support/raw-http.ts';
import { waitFor } from '../../support/wait-for.ts';

let marathon: MarathonServer;
let proxy: RunningProxy;

beforeEach(async () => {
  marathon = await startMarathon();
  proxy = await startProxy({ target: marathon.url });
});

afterEach(async () => {
  await proxy.close();
  await marathon.close();
});

/** The same request, straight to Marathon and through the proxy. */
async function both(request: string): Promise<[direct: string, proxied: string]> {
  return [await exchangeRaw(marathon.port, request), await exchangeRaw(proxy.port, request)];
}

describe('an answer comes back byte for byte', () => {
  test.each([
    ['a small one', 'GET /ping HTTP/1.1\r\nHost: marathon.example\r\n\r\n'],
    ['one with repeated fields', 'GET /v2/info HTTP/1.1\r\nHost: marathon.example\r\n\r\n'],
    ['a refusal of Marathon', 'GET /nowhere HTTP/1.1\r\nhost: marathon.example\r\n\r\n'],
    ['one in chunks, with a trailer', 'GET /test/chunks HTTP/1.1\r\nHost: m\r\nTE: trailers\r\nConnection: TE\r\n\r\n'],
    ['one without a body', 'HEAD /v2/info HTTP/1.1\r\nHost: m\r\nConnection: close\r\n\r\n'],
    ['one to an encoded path', 'GET /v2/artifacts/a%20b%2Fc HTTP/1.1\r\nHost: m\r\n\r\n'],
    ['one to a restart', 'POST /v2/apps//web/restart?force=true HTTP/1.1\r\nHost: m\r\nContent-Length: 0\r\n\r\n'],
    [
      'one to the killing of tasks',
      'POST /v2/tasks/delete HTTP/1.1\r\nHost: m\r\nContent-Length: 10\r\n\r\n{"ids":[]}',
    ],
    ['one to a deletion', 'DELETE /v2/apps/web HTTP/1.1\r\nHost: m\r\n\r\n'],
  ])('%s', async (_, request) => {
    const [direct, proxied] = await both(request);
    expect(proxied).toBe(direct);
    expect(direct).toMatch(/^HTTP\/1\.1 \d/);
  });

  test('one for HTTP/1.0, whose chunks are joined', async () => {
    const connection = rawConnection(proxy.port);
    connection.socket.write('GET /test/chunks HTTP/1.0\r\nHost: m\r\n\r\n');
    const [head, body] = (await connection.readAll()).split('\r\n\r\n');
    expect(body).toBe('firstsecond');
    expect(head).not.toMatch(/transfer-encoding|trailer/i);
  });
});

describe('a connection that is to end', () => {
  test('ends with the answer, which says so, and has all its fields', async () => {
    const ending = await startProxy({
      target: marathon.url,
      prepare: (response) => response.setHeader('connection', 'close'),
    });
    const request = 'GET /v2/info HTTP/1.1\r\nHost: m\r\n\r\n';
    const connection = rawConnection(ending.port);
    connection.socket.write(request);
    const [head = '', body] = (await connection.readAll()).split('\r\n\r\n');
    const [directHead = '', directBody] = (await exchangeRaw(marathon.port, request)).split('\r\n\r\n');
    expect(body).toBe(directBody);
    expect(head.split('\r\n').sort()).toEqual([...directHead.split('\r\n'), 'connection: close'].sort());
    await ending.close();
  });

  test('closing the proxy lets what has begun end', async () => {
    const stop = await startProxy({ target: marathon.url });
    const connection = rawConnection(stop.port);
    connection.socket.write('GET /v2/events HTTP/1.1\r\nHost: m\r\n\r\n');
    await connection.readUntil('\r\n\r\n');
    stop.proxy.close();
    marathon.emit('last', {});
    await connection.readUntil('event: last\r\n');
    connection.socket.destroy();
    await waitFor('Marathon to lose all connections', () => (marathon.connections() === 0 ? true : undefined));
    await stop.close();
  });
});

describe('a request arrives as it was sent', () => {
  test('with its fields in their order and case, its body and its trailers', async () => {
    await exchangeRaw(
      proxy.port,
      'POST /v2/artifacts?x=%41&y HTTP/1.1\r\nhost: marathon.example\r\nAuthorization: token=abc\r\nX-a: 1\r\n' +
        'X-A: 2\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n4\r\nbody\r\n0\r\nX-Sum: 4\r\n\r\n',
    );
    const [request] = marathon.received;
    expect(request).toMatchObject({ method: 'POST', url: '/v2/artifacts?x=%41&y' });
    expect(request?.body.toString()).toBe('body');
    expect(request?.rawTrailers).toEqual(['X-Sum', '4']);
    expect(request?.rawHeaders.slice(0, 12)).toEqual([
      ...['host', 'marathon.example', 'Authorization', 'token=abc', 'X-a', '1', 'X-A', '2'],
      ...['Transfer-Encoding', 'chunked', 'Trailer', 'X-Sum'],
    ]);
    expect(request?.headers).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'marathon.example',
      via: expect.stringMatching(/^1\.1 dvdi-[0-9a-f]{12}$/),
    });
  });

  test('without the fields of the connection, and with the addresses of earlier proxies kept', async () => {
    await exchangeRaw(
      proxy.port,
      'GET /ping HTTP/1.1\r\nHost: m\r\nConnection: x-hop, keep-alive\r\nX-Hop: 1\r\nKeep-Alive: timeout=9\r\n' +
        'X-Forwarded-For: 10.0.0.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: front.example\r\n\r\n',
    );
    const headers = marathon.received[0]?.headers ?? {};
    expect(headers).toMatchObject({
      'x-forwarded-for': '10.0.0.1, 127.0.0.1',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'front.example',
    });
    expect(headers['x-hop']).toBeUndefined();
    expect(headers['keep-alive']).toBeUndefined();
  });

  test('on one kept connection, one after the other', async () => {
    const connection = rawConnection(proxy.port);
    for (const path of ['/ping', '/v2/info', '/ping']) {
      connection.socket.write(`GET ${path} HTTP/1.1\r\nHost: m\r\n\r\n`);
      expect(await connection.readAnswer()).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    }
    connection.socket.destroy();
  });
});

describe('100 Continue', () => {
  const head = 'POST /test/echo HTTP/1.1\r\nHost: m\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n';

  test('comes from Marathon, and the body only after it', async () => {
    const connection = rawConnection(proxy.port);
    connection.socket.write(head);
    expect(await connection.readUntil('\r\n\r\n')).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    connection.socket.write('body');
    expect(await connection.readAnswer()).toMatch(/body/);
    connection.socket.destroy();
  });

  test('does not come where Marathon has answered already', async () => {
    marathon.server.on('checkContinue', (_request, response) => response.writeHead(417, ['Content-Length', '0']).end());
    const answer = await exchangeRaw(proxy.port, head);
    expect(answer).toMatch(/^HTTP\/1\.1 417 /);
    expect(answer).toMatch(/\r\nConnection: close\r\n/i);
  });
});

describe('streams', () => {
  test('an event of Marathon arrives when it is sent, not when the stream ends', async () => {
    const connection = rawConnection(proxy.port);
    connection.socket.write('GET /v2/events HTTP/1.1\r\nHost: m\r\nAccept: text/event-stream\r\n\r\n');
    expect(await connection.readUntil('\r\n\r\n')).toMatch(/Content-Type: text\/event-stream/);
    marathon.emit('deployment_success', { id: 'one' });
    expect(await connection.readUntil('"one"}\r\n\r\n')).toContain('event: deployment_success\r\n');
    marathon.emit('deployment_success', { id: 'two' });
    await connection.readUntil('"two"}\r\n\r\n');
    connection.socket.destroy();
    await waitFor('Marathon to see that the listener has left', () => (marathon.listeners() === 0 ? true : undefined));
    expect(await proxy.nextEvent()).toMatchObject({ type: 'aborted', path: '/v2/events' });
  });

  test('an upload flows while it is answered', async () => {
    const connection = rawConnection(proxy.port);
    connection.socket.write('POST /test/echo HTTP/1.1\r\nHost: m\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n');
    await connection.readUntil('one');
    connection.socket.write('3\r\ntwo\r\n0\r\n\r\n');
    await connection.readUntil('two');
    await connection.readUntil('0\r\n\r\n');
    connection.socket.destroy();
  });

  test('512 MiB pass in much less memory', async () => {
    const count = 512 * 1024 * 1024;
    const before = process.memoryUsage().rss;
    const response = await fetch(new URL(`/test/bytes?count=${count}`, proxy.url));
    let read = 0;
    let peak = 0;
    for await (const chunk of response.body ?? []) {
      read += chunk.byteLength;
      peak = Math.max(peak, process.memoryUsage().rss - before);
    }
    expect(read).toBe(count);
    // Marathon, the proxy and the client are all in this process, and V8 collects when it likes: 150 MiB were seen.
    expect(peak).toBeLessThan(count / 2);
  }, 60_000);

  test('a reader that stops holds Marathon back', async () => {
    const connection = rawConnection(proxy.port);
    connection.socket.write(`GET /test/bytes?count=${1024 ** 3} HTTP/1.1\r\nHost: m\r\n\r\n`);
    await connection.readUntil('\r\n\r\n');
    connection.socket.pause();
    let last = -1;
    await waitFor('Marathon to stop writing', () => {
      const now = marathon.written();
      const isStill = now === last;
      last = now;
      return isStill && now > 0 ? true : undefined;
    });
    expect(last).toBeLessThan(64 * 1024 * 1024);
    connection.socket.destroy();
  });
});
