import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { type RunningProxy, startProxy } from '../../support/marathon-proxy.ts';
import { type MarathonServer, startMarathon } from '../../support/marathon-server.ts';
import { exchangeRaw, rawConnection } from '../../support/raw-http.ts';
import { waitFor } from '../../support/wait-for.ts';

let marathon: MarathonServer;
let proxy: RunningProxy;

beforeEach(async () => {
  marathon = await startMarathon();
  proxy = await startProxy({ target: marathon.url, timeouts: { answerMs: 300, idleMs: 300, connectMs: 300 } });
});

afterEach(async () => {
  await proxy.close();
  await marathon.close();
});

function get(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: m\r\n\r\n`;
}

describe('Marathon fails', () => {
  test.each([
    ['resets the connection', '/test/reset', 502, 'marathon-unreachable'],
    ['does not speak HTTP', '/test/garbage', 502, 'marathon-unreachable'],
    ['says nothing', '/test/silence', 504, 'marathon-timeout'],
  ])('it %s', async (_, path, status, code) => {
    const answer = await exchangeRaw(proxy.port, get(path));
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ dvdi: { code } });
    expect(await proxy.nextEvent()).toMatchObject({ type: 'failed', code, status, method: 'GET', path });
  });

  test('it is not there', async () => {
    await marathon.close();
    expect(await exchangeRaw(proxy.port, get('/ping'))).toMatch(/^HTTP\/1\.1 502 [\s\S]*ECONNREFUSED/);
  });

  test.each([
    ['breaks off', '/test/half', 'half'],
    ['stops in the middle', '/test/slow-head', ''],
  ])('half an answer never looks whole: it %s', async (_, path, body) => {
    const connection = rawConnection(proxy.port);
    connection.socket.write(get(path));
    const answer = await connection.readAll();
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\nContent-Length: /);
    expect(answer.split('\r\n\r\n')[1]).toBe(body);
    expect(connection.socket.destroyed || connection.socket.readableEnded).toBe(true);
  });

  test('it answers before it has read the body', async () => {
    const connection = rawConnection(proxy.port);
    connection.socket.write('POST /test/early HTTP/1.1\r\nHost: m\r\nContent-Length: 1000\r\n\r\nbegin');
    expect(await connection.readAnswer()).toMatch(/^HTTP\/1\.1 413 [\s\S]*early$/);
    connection.socket.destroy();
  });

  test('its certificate is not trusted', async () => {
    const secure = await startProxy({ target: new URL(`https://127.0.0.1:${marathon.port}`) });
    expect(await exchangeRaw(secure.port, get('/ping'))).toMatch(/^HTTP\/1\.1 502 /);
    await secure.close();
  });

  test('it takes the connection, and never finishes its handshake', async () => {
    const held: Socket[] = [];
    const mute: Server = createTcpServer((socket) => held.push(socket));
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const { port } = mute.address() as AddressInfo;
    const secure = await startProxy({ target: new URL(`https://127.0.0.1:${port}`), timeouts: { connectMs: 200 } });
    expect(await exchangeRaw(secure.port, get('/ping'))).toMatch(/^HTTP\/1\.1 504 /);
    await secure.close();
    for (const socket of held) socket.destroy();
    await new Promise((resolve) => mute.close(resolve));
  });
});

describe('the client leaves', () => {
  test('in the middle of an upload: Marathon sees it', async () => {
    const connection = rawConnection(proxy.port);
    connection.socket.write('POST /test/silence HTTP/1.1\r\nHost: m\r\nContent-Length: 1000\r\n\r\nbegin');
    await waitFor('the request', () => (marathon.written() === 0 && marathon.connections() > 0 ? true : undefined));
    connection.socket.destroy();
    await waitFor('Marathon to see the end', () => marathon.aborted[0]);
    expect(marathon.aborted).toEqual(['POST /test/silence']);
    expect(await proxy.nextEvent()).toMatchObject({ type: 'aborted', path: '/test/silence' });
  });

  test('in the middle of an answer: Marathon stops', async () => {
    const connection = rawConnection(proxy.port);
    connection.socket.write(get(`/test/bytes?count=${1024 ** 3}`));
    await connection.readUntil('\r\n\r\n');
    connection.socket.destroy();
    await waitFor('Marathon to lose the connection', () => (marathon.connections() === 0 ? true : undefined));
    expect(await proxy.nextEvent()).toMatchObject({ type: 'aborted' });
  });
});

describe('a kept connection that Marathon has just closed', () => {
  test('costs a reader nothing: it is asked again on a fresh one', async () => {
    let isFirst = true;
    const fickle = createServer((request, response) => {
      if (request.url === '/close-next') {
        response.end('kept');
        return;
      }
      // The kept connection ends under the second request, as when the idle time is over in this very moment.
      if (isFirst) {
        isFirst = false;
        request.socket.destroy();
        return;
      }
      response.end('again');
    });
    await new Promise<void>((resolve) => fickle.listen(0, '127.0.0.1', resolve));
    const { port } = fickle.address() as AddressInfo;
    const front = await startProxy({ target: new URL(`http://127.0.0.1:${port}`) });
    expect(await exchangeRaw(front.port, get('/close-next'))).toMatch(/kept$|kept\r\n0\r\n\r\n$/);
    expect(await exchangeRaw(front.port, get('/ping'))).toContain('again');
    await front.close();
    await new Promise((resolve) => fickle.close(resolve));
  });

  test('is never used for a write: each has its own', async () => {
    for (let round = 0; round < 3; round++) {
      await exchangeRaw(proxy.port, get('/ping'));
      await exchangeRaw(proxy.port, 'POST /v2/tasks/delete HTTP/1.1\r\nHost: m\r\nContent-Length: 2\r\n\r\n{}');
    }
    const connections = marathon.received.map(({ method, headers }) => [method, headers.connection]);
    expect(connections.filter(([method]) => method === 'POST')).toEqual(Array(3).fill(['POST', 'close']));
    expect(connections.filter(([method]) => method === 'GET')).toEqual(Array(3).fill(['GET', 'keep-alive']));
  });
});

test('a proxy in front of itself answers instead of asking itself for ever', async () => {
  let front: RunningProxy | null = null;
  const placeholder = createServer();
  await new Promise<void>((resolve) => placeholder.listen(0, '127.0.0.1', resolve));
  const { port } = placeholder.address() as AddressInfo;
  await new Promise((resolve) => placeholder.close(resolve));
  front = await startProxy({ target: new URL(`http://127.0.0.1:${port}`), port });
  expect(await exchangeRaw(front.port, get('/ping'))).toMatch(/^HTTP\/1\.1 508 [\s\S]*marathon-loop/);
  await front.close();
});

test.each(['ftp://marathon', 'http://user:password@marathon', 'http://marathon/?a=b', 'http://marathon/#a'])(
  'no proxy is made for %s, and no password is told',
  async (target) => {
    await expect(startProxy({ target: new URL(target) })).rejects.toMatchObject({ code: 'marathon-target' });
    await expect(startProxy({ target: new URL(target) })).rejects.not.toThrow('password');
  },
);

test('the path of the target goes before each path', async () => {
  const front = await startProxy({ target: new URL('/service/marathon/', marathon.url) });
  await exchangeRaw(front.port, get('/v2/info?x=1'));
  expect(marathon.received[0]?.url).toBe('/service/marathon/v2/info?x=1');
  await front.close();
});
