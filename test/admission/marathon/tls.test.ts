import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { makeAuthority, makeCertificate } from '../../support/certificates.ts';
import { type RunningProxy, startProxy } from '../../support/marathon-proxy.ts';
import { type MarathonServer, startMarathon } from '../../support/marathon-server.ts';
import { useTemporaryDirectory } from '../../support/temporary-directory.ts';

const directory = useTemporaryDirectory();
let marathon: MarathonServer;
const proxies: RunningProxy[] = [];
let files: Readonly<Record<'ca' | 'cert' | 'key', Buffer>>;

// A Marathon that talks to nobody without a certificate of its own authority.
beforeEach(async () => {
  const authority = makeAuthority(directory.path, 'authority');
  const own = makeCertificate(directory.path, 'own', authority);
  files = {
    ca: readFileSync(authority.certificate),
    cert: readFileSync(own.certificate),
    key: readFileSync(own.key),
  };
  marathon = await startMarathon({ tls: { ...files, requestCert: true, rejectUnauthorized: true } });
});

afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.close();
  await marathon.close();
});

async function statusThrough(tls: Partial<typeof files>): Promise<number | undefined> {
  const proxy = await startProxy({ target: marathon.url, tls, server: files });
  proxies.push(proxy);
  return new Promise((resolve, reject) => {
    // Else Node would expect the certificate of the name in Host.
    const options = { ca: files.ca, headers: { host: 'front.example' }, servername: '', agent: false as const };
    request(new URL('/v2/info', proxy.url), options, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .once('error', reject)
      .end();
  });
}

test('both sides of the proxy speak TLS, and Marathon is told that the client did', async () => {
  expect(await statusThrough(files)).toBe(200);
  expect(marathon.received[0]?.headers).toMatchObject({
    host: 'front.example',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'front.example',
  });
});

test('a Marathon whose authority is not the given one is not talked to', async () => {
  expect(await statusThrough({ cert: files.cert, key: files.key })).toBe(502);
  expect(marathon.received).toEqual([]);
});

test('a proxy without a certificate is refused by Marathon, not let through', async () => {
  expect(await statusThrough({ ca: files.ca })).toBe(502);
  expect(marathon.received).toEqual([]);
});
