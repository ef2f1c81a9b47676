import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { CONNECTION_LIMITS } from '../../../host/admission/service/limits.ts';
import { startService, useServices } from '../../support/admission-service.ts';
import { clientOf, makeAuthority, makeCertificate } from '../../support/certificates.ts';
import { exchange, post } from '../../support/http-exchange.ts';
import { useTemporaryDirectory } from '../../support/temporary-directory.ts';

const directory = useTemporaryDirectory();
useServices();

/** Writes bytes on a connection of its own, and gives all that comes back until the other side ends it. */
async function talk(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  let heard = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    heard += text;
  });
  socket.on('error', () => {});
  socket.write(bytes);
  await once(socket, 'close', { signal: AbortSignal.timeout(10_000) });
  return heard;
}

const patient = { ...CONNECTION_LIMITS, headersTimeoutMs: 200, requestTimeoutMs: 400, checkIntervalMs: 50 };

describe('a client that is slow', () => {
  test.each([
    { what: 'headers without an end', bytes: 'POST /v1/admit HTTP/1.1\r\nhost: x\r\nx-slow: ' },
    {
      what: 'a body without an end',
      bytes: 'POST /v1/admit HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
    },
  ])('$what: 408, and the connection is ended', async ({ bytes }) => {
    const { url } = await startService({ connectionLimits: patient });
    const heard = await talk(url, bytes);
    expect(heard).toMatch(/^HTTP\/1\.1 408 /);
    expect(heard).toMatch(/content-type: application\/problem\+json\r\n/);
    expect(heard).toContain('"code":"http-malformed"');
    expect((await exchange(`${url}/livez`)).status).toBe(200);
  });

  test('a connection without a request is ended', async () => {
    const { url } = await startService({ connectionLimits: patient });
    const heard = await talk(url, '');
    expect(heard === '' || heard.startsWith('HTTP/1.1 408 ')).toBe(true);
  });
});

describe('bytes that are no request', () => {
  test.each([
    { what: 'no HTTP', bytes: 'hello\r\n\r\n', status: 400 },
    { what: 'no host', bytes: 'GET /livez HTTP/1.1\r\n\r\n', status: 400 },
    {
      what: 'headers over the limit',
      bytes: `GET /livez HTTP/1.1\r\nhost: x\r\na: ${'a'.repeat(20_000)}`,
      status: 431,
    },
    {
      what: 'two lengths',
      bytes: 'POST /v1/admit HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      status: 400,
    },
  ])('$what: $status', async ({ bytes, status }) => {
    const { url } = await startService();
    expect(await talk(url, bytes)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect((await exchange(`${url}/livez`)).status).toBe(200);
  });
});

test('more connections than the limit are not taken', async () => {
  const { url } = await startService({ connectionLimits: { ...CONNECTION_LIMITS, connectionsMax: 1 } });
  const { hostname, port } = new URL(url);
  const first = connect({ host: hostname, port: Number(port) });
  await once(first, 'connect');
  first.write('GET /livez HTTP/1.1\r\nhost: x\r\n\r\n');
  await once(first, 'data');
  expect(await talk(url, 'GET /livez HTTP/1.1\r\nhost: x\r\n\r\n')).toBe('');
  first.destroy();
});

describe('client certificates', () => {
  test('are required, and of the right authority', async () => {
    const ours = makeAuthority(directory.path, 'ours');
    const server = makeCertificate(directory.path, 'server', ours);
    const client = makeCertificate(directory.path, 'client', ours);
    const stranger = makeAuthority(directory.path, 'stranger');
    const tls = { ...server, clientAuthorities: ours.certificate };
    const { url } = await startService({ tls });
    const ca = readFileSync(ours.certificate);
    const ask = (options: object) => post(`${url}/v1/admit`, '{}', { ca, ...options });
    expect((await ask(clientOf(client))).status).toBe(200);
    await expect(ask({})).rejects.toThrow(/certificate required|ECONNRESET|socket hang up/i);
    await expect(ask(clientOf(stranger))).rejects.toThrow(/unknown ca|certificate|ECONNRESET|socket hang up/i);
  });

  test('plain HTTP, and TLS before 1.2, are no way in', async () => {
    const server = makeAuthority(directory.path, 'server');
    const { url } = await startService({ tls: { ...server, clientAuthorities: null } });
    await expect(exchange(url.replace('https:', 'http:'))).rejects.toThrow();
    const { hostname, port } = new URL(url);
    const old = connectTls({
      ...{ host: hostname, port: Number(port), rejectUnauthorized: false },
      ...{ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
    });
    await expect(once(old, 'secureConnect')).rejects.toThrow();
  });
});
