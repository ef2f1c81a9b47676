import { type RunningProxy, startProxy } from '../../support/marathon-proxy.ts';
import { type MarathonServer, startMarathon } from '../../support/marathon-server.ts';
import { rawConnection } from '../../support/raw-http.ts';

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

function upgrade(method: string, path: string, protocol: string, body = ''): string {
  const length = body === '' ? '' : `Content-Length: ${body.length}\r\n`;
  return `${method} ${path} HTTP/1.1\r\nHost: m\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n${length}\r\n${body}`;
}

test('a WebSocket is a tunnel, in both directions, from its first byte', async () => {
  marathon.server.on('upgrade', (request, socket, head) => {
    expect(request.headers).toMatchObject({ upgrade: 'websocket', connection: 'Upgrade' });
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX-Own: 1\r\n\r\nhello ',
    );
    socket.write(head);
    socket.pipe(socket);
  });
  const connection = rawConnection(proxy.port);
  connection.socket.write(`${upgrade('GET', '/v2/plugins/x', 'websocket')}early`);
  const answer = await connection.readUntil('hello early');
  expect(answer).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\nX-Own: 1\r\n/);
  expect(answer).toMatch(/Upgrade: websocket\r\n/);
  connection.socket.write('later');
  await connection.readUntil('later');
  connection.socket.destroy();
});

test('where Marathon does not upgrade, its answer comes, and nothing after it is read', async () => {
  const connection = rawConnection(proxy.port);
  connection.socket.write(`${upgrade('GET', '/v2/info', 'websocket')}POST /v2/apps HTTP/1.1\r\nHost: m\r\n\r\n`);
  const answer = await connection.readAll();
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(answer).toMatch(/"name":"marathon"/);
  expect(marathon.received.map(({ method }) => method)).toEqual(['GET']);
});

test.each([
  ['a write', upgrade('POST', '/v2/apps', 'websocket', '{"id":"/a"}')],
  ['HTTP/2', upgrade('GET', '/v2/apps', 'h2c')],
  ['another protocol', upgrade('GET', '/v2/apps', 'tls/1.0')],
  ['two protocols', upgrade('GET', '/v2/apps', 'websocket, h2c')],
  ['a body', upgrade('GET', '/v2/apps', 'websocket', '{}')],
])('%s is no upgrade', async (_, request) => {
  const connection = rawConnection(proxy.port);
  connection.socket.write(request);
  expect(await connection.readAll()).toMatch(/^HTTP\/1\.1 400 [\s\S]*marathon-request/);
  expect(marathon.received).toEqual([]);
  expect(await proxy.nextEvent()).toMatchObject({ type: 'failed', code: 'marathon-request', status: 400 });
});

test('closing the proxy cuts its tunnels', async () => {
  marathon.server.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
  });
  const connection = rawConnection(proxy.port);
  connection.socket.write(upgrade('GET', '/x', 'websocket'));
  await connection.readUntil('\r\n\r\n');
  await proxy.close();
  expect(await connection.readAll()).toBe('');
  proxy = await startProxy({ target: marathon.url });
});

test('Marathon is not there', async () => {
  await marathon.close();
  const connection = rawConnection(proxy.port);
  connection.socket.write(upgrade('GET', '/x', 'websocket'));
  expect(await connection.readAll()).toMatch(/^HTTP\/1\.1 502 /);
});
