import { gzipSync } from 'node:zlib';
import { loadCoverageCore } from '../../support/core.ts';
import { admitWith } from '../../support/marathon-admit.ts';
import { type RunningProxy, startProxy } from '../../support/marathon-proxy.ts';
import { type MarathonServer, startMarathon } from '../../support/marathon-server.ts';
import { exchangeRaw, rawConnection } from '../../support/raw-http.ts';

/** Denied by every policy: an option without a value, and a path that no task may have. */
const BAD = JSON.stringify({
  id: '/bad',
  cmd: 'true',
  env: { DVDI_VOLUME_NAME: 'v', DVDI_VOLUME_OPTS: 'size', DVDI_VOLUME_CONTAINERPATH: '/proc' },
});

let marathon: MarathonServer;
let proxy: RunningProxy;
let admit: Awaited<ReturnType<typeof admitWith>>;

beforeAll(async () => {
  admit = admitWith(await loadCoverageCore());
});

beforeEach(async () => {
  marathon = await startMarathon();
  proxy = await startProxy({ target: marathon.url, admit });
});

afterEach(async () => {
  await proxy.close();
  await marathon.close();
});

function write(target: string, { method = 'POST', body = BAD, headers = '' } = {}): string {
  const length = /transfer-encoding|content-length/i.test(headers)
    ? ''
    : `Content-Length: ${Buffer.byteLength(body)}\r\n`;
  return `${method} ${target} HTTP/1.1\r\nHost: m\r\n${headers}${length}\r\n${body}`;
}

/** Only reads of the proxy's own may have come: nothing that writes. */
function writesReceived(): string[] {
  return marathon.received.filter(({ method }) => method !== 'GET').map(({ method, url }) => `${method} ${url}`);
}

describe('a denied app does not get in, however it is sent', () => {
  test.each([
    ['plainly', write('/v2/apps')],
    ['with a slash at the end', write('/v2/apps/')],
    ['with two', write('/v2/apps//')],
    ['with a query', write('/v2/apps?force=true')],
    ['by the absolute form', write('http://marathon.example/v2/apps')],
    ['by the absolute form of another scheme', write('HTTPS://marathon.example/v2/apps')],
    ['to its id', write('/v2/apps/bad', { method: 'PUT' })],
    ['to its id with its own slash', write('/v2/apps//bad', { method: 'PUT' })],
    ['to its id with an encoded slash', write('/v2/apps/%2Fbad', { method: 'PUT' })],
    ['as a whole app', write('/v2/apps/bad?partialUpdate=false', { method: 'PUT' })],
    ['by PATCH', write('/v2/apps/bad', { method: 'PATCH' })],
    ['in a list', write('/v2/apps', { method: 'PUT', body: `[${BAD}]` })],
    ['in a list by PATCH', write('/v2/apps', { method: 'PATCH', body: `[${BAD}]` })],
    ['in a list by POST', write('/v2/apps', { body: `[${BAD}]` })],
    ['in a group', write('/v2/groups', { body: `{"id":"/g","apps":[${BAD}]}` })],
    [
      'in a group within a group',
      write('/v2/groups/g', { method: 'PUT', body: `{"groups":[{"id":"h","apps":[${BAD}]}]}` }),
    ],
    ['in a group by PATCH', write('/v2/groups/g', { method: 'PATCH', body: `{"apps":[${BAD}]}` })],
    ['to a resource below the app', write('/v2/apps/bad/tasks', { method: 'PUT' })],
    ['to a restart', write('/v2/apps/bad/restart', { method: 'PUT' })],
    ['with another type', write('/v2/apps', { headers: 'Content-Type: text/plain; charset=utf-16\r\n' })],
    [
      'with a byte order mark',
      write('/v2/apps', { body: `\u00ef\u00bb\u00bf${BAD}`, headers: `Content-Length: ${BAD.length + 3}\r\n` }),
    ],
    ['with something behind it', write('/v2/apps', { body: `${BAD} {"id":"/good"}` })],
    ['in two members of one name', write('/v2/apps', { body: `{"env":{"A":"b"},${BAD.slice(1)}` })],
    ['in chunks', write('/v2/apps', { body: chunks(BAD), headers: 'Transfer-Encoding: chunked\r\n' })],
    [
      'in chunks with extensions',
      write('/v2/apps', { body: chunks(BAD, ';a=b'), headers: 'Transfer-Encoding: chunked\r\n' }),
    ],
    ['with an empty body', write('/v2/apps', { body: '' })],
  ])('%s', async (_, request) => {
    expect(await exchangeRaw(proxy.port, request)).toMatch(/^HTTP\/1\.1 422 [\s\S]*"message":"Object is not valid"/);
    expect(writesReceived()).toEqual([]);
    expect(await proxy.nextEvent()).toMatchObject({ type: 'checked', refused: true, verdict: 'deny', status: 422 });
  });

  test('in UTF-16, which Marathon would recognise', async () => {
    const connection = rawConnection(proxy.port);
    const body = Buffer.from(BAD, 'utf16le');
    connection.socket.write(`POST /v2/apps HTTP/1.1\r\nHost: m\r\nContent-Length: ${body.length}\r\n\r\n`);
    connection.socket.write(body);
    expect(await connection.readAnswer()).toMatch(/^HTTP\/1\.1 422 /);
    expect(writesReceived()).toEqual([]);
    connection.socket.destroy();
  });

  test('after a client that waits to be asked for it', async () => {
    const connection = rawConnection(proxy.port);
    connection.socket.write(
      `POST /v2/apps HTTP/1.1\r\nHost: m\r\nExpect: 100-continue\r\nContent-Length: ${BAD.length}\r\n\r\n`,
    );
    expect(await connection.readUntil('\r\n\r\n')).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    connection.socket.write(BAD);
    expect(await connection.readAnswer()).toMatch(/^HTTP\/1\.1 422 /);
    connection.socket.destroy();
    expect(writesReceived()).toEqual([]);
  });

  test('in the pipeline behind a request that passes', async () => {
    const connection = rawConnection(proxy.port);
    connection.socket.write(`GET /ping HTTP/1.1\r\nHost: m\r\n\r\n${write('/v2/apps')}`);
    expect(await connection.readAnswer()).toMatch(/^HTTP\/1\.1 200 /);
    expect(await connection.readAnswer()).toMatch(/^HTTP\/1\.1 422 /);
    connection.socket.destroy();
    expect(writesReceived()).toEqual([]);
  });

  test('by HTTP/1.0', async () => {
    const request = write('/v2/apps').replace('HTTP/1.1', 'HTTP/1.0');
    expect(await exchangeRaw(proxy.port, request)).toMatch(/^HTTP\/1\.1 422 /);
    expect(writesReceived()).toEqual([]);
  });
});

describe('what some servers take for a write of an app, and others do not, is refused', () => {
  test.each([
    ['an encoded letter', '/v2/%61pps'],
    ['one encoded twice', '/v2/%2561pps'],
    ['one in the form of %u', '/v2/%u0061pps'],
    ['an encoded slash before the resource', '/v2%2Fapps'],
    ['capital letters', '/V2/Apps'],
    ['two slashes in front', '//v2/apps'],
    ['two slashes inside', '/v2//apps'],
    ['a dot segment', '/v2/./apps'],
    ['a way back', '/v2/info/../apps'],
    ['an encoded way back', '/v2/info/%2e%2e/apps'],
    ['a way back by a parameter', '/v2/info/..;/apps'],
    ['a way back from where nothing is watched', '/ping/..%2f..%2fv2/apps'],
    ['a parameter', '/v2/apps;a=b'],
    ['a parameter further in front', '/v2;a=b/apps/x'],
    ['a backslash', '/v2\\apps'],
    ['a way back in an id', '/v2/apps/a/../b'],
    ['an id with other characters', '/v2/apps/a%00b'],
    ['an encoded space behind', '/v2/apps%20'],
    ['an encoded beginning of another path', '/%76%32/x'],
    ['a gap in front of another path', '//ping'],
  ])('%s', async (_, target) => {
    const answer = await exchangeRaw(proxy.port, write(target));
    expect(answer).toMatch(/^HTTP\/1\.1 400 [\s\S]*"code":"marathon-request"/);
    expect(writesReceived()).toEqual([]);
  });

  test.each([
    ['a fragment', write('/v2/apps#x')],
    ['a method override', write('/v2/apps/x', { headers: 'X-HTTP-Method-Override: PUT\r\n' })],
    ['one on a reading method', write('/v2/apps/x', { method: 'GET', headers: 'X-Method-Override: PUT\r\n' })],
    ['one in the query', write('/v2/apps/x?_method=PUT', { method: 'DELETE' })],
    ['a method that is not known here', write('/v2/apps/x', { method: 'PROPPATCH' })],
    ['partialUpdate twice', write('/v2/apps/x?partialUpdate=false&partialUpdate=true', { method: 'PUT' })],
    ['partialUpdate with a word', write('/v2/apps/x?partialUpdate=no', { method: 'PUT' })],
    [
      'another transfer coding',
      write('/v2/apps', { body: chunks(BAD), headers: 'Transfer-Encoding: gzip, chunked\r\n' }),
    ],
    [
      'two transfer codings',
      write('/x', { body: chunks(BAD), headers: 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n' }),
    ],
    [
      'chunks in HTTP/1.0',
      write('/v2/apps', { body: chunks(BAD), headers: 'Transfer-Encoding: chunked\r\n' }).replace('1.1', '1.0'),
    ],
    ['two hosts', write('/x', { headers: 'Host: n\r\n' })],
    ['two lengths', write('/x', { headers: `Content-Length: 0\r\nContent-Length: ${BAD.length}\r\n` })],
    [
      'a length beside chunks',
      write('/x', { body: chunks(BAD), headers: 'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n' }),
    ],
    ['a length with a sign', write('/x', { headers: 'Content-Length: +4\r\n' })],
    ['a name with a space', write('/x', { headers: 'Transfer-Encoding : chunked\r\n' })],
    ['a folded field', write('/x', { headers: 'X-A: 1\r\n Transfer-Encoding: chunked\r\n' })],
    ['a lone line feed', 'POST /x HTTP/1.1\nHost: m\nContent-Length: 0\n\nPOST /v2/apps HTTP/1.1\nHost: m\n\n'],
  ])('%s', async (_, request) => {
    expect(await exchangeRaw(proxy.port, request)).toMatch(/^HTTP\/1\.1 400 /);
    expect(writesReceived()).toEqual([]);
  });

  test('a body in gzip, which Marathon does not read either', async () => {
    const connection = rawConnection(proxy.port);
    const body = gzipSync(BAD);
    const headers = `Content-Encoding: gzip\r\nContent-Length: ${body.length}\r\n`;
    const head = write('/v2/apps', { body: '', headers });
    connection.socket.write(head);
    connection.socket.write(body);
    expect(await connection.readAnswer()).toMatch(/^HTTP\/1\.1 415 /);
    expect(writesReceived()).toEqual([]);
    connection.socket.destroy();
  });

  test('a Connection that names what frames the message does not take it away', async () => {
    const body = '{"ids":[]}';
    const headers = `Connection: Content-Length, Host\r\nContent-Length: ${body.length}\r\n`;
    await exchangeRaw(proxy.port, write('/v2/tasks/delete', { body, headers }));
    expect(marathon.received).toHaveLength(1);
    expect(marathon.received[0]?.body.toString()).toBe(body);
    expect(marathon.received[0]?.headers.host).toBe('m');
  });
});

describe('limits of a body that is judged', () => {
  test('one that is announced too large is refused before it is sent', async () => {
    const head = 'POST /v2/apps HTTP/1.1\r\nHost: m\r\nExpect: 100-continue\r\nContent-Length: 1048577\r\n\r\n';
    const answer = await exchangeRaw(proxy.port, head);
    expect(answer).toMatch(/^HTTP\/1\.1 413 [\s\S]*marathon-body-too-large/);
  });

  test('one that turns out to be too large is refused, and not forwarded', async () => {
    const piece = `10000\r\n${' '.repeat(0x10000)}\r\n`;
    const body = `${piece.repeat(17)}0\r\n\r\n`;
    const request = write('/v2/apps', { body, headers: 'Transfer-Encoding: chunked\r\n' });
    expect(await exchangeRaw(proxy.port, request)).toMatch(/^HTTP\/1\.1 413 /);
    expect(writesReceived()).toEqual([]);
  });

  test('one that does not come is given up', async () => {
    const front = await startProxy({ target: marathon.url, admit, timeouts: { requestBodyMs: 100 } });
    const answer = await exchangeRaw(front.port, 'POST /v2/apps HTTP/1.1\r\nHost: m\r\nContent-Length: 10\r\n\r\n{');
    expect(answer).toMatch(/^HTTP\/1\.1 408 [\s\S]*marathon-body-timeout/);
    await front.close();
  });

  test('one whose client leaves is not judged', async () => {
    const connection = rawConnection(proxy.port);
    connection.socket.write('POST /v2/apps HTTP/1.1\r\nHost: m\r\nContent-Length: 10\r\n\r\n{', () =>
      connection.socket.destroy(),
    );
    expect(await proxy.nextEvent()).toMatchObject({ type: 'aborted', path: '/v2/apps' });
    expect(marathon.received).toEqual([]);
  });
});

function chunks(text: string, extension = ''): string {
  const half = Math.floor(text.length / 2);
  return [text.slice(0, half), text.slice(half), '']
    .map((piece) => `${piece.length.toString(16)}${extension}\r\n${piece}\r\n`)
    .join('');
}
