import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createSocketServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createPluginDriver } from '../../../host/driver/plugin/plugin-driver.ts';
import { driverFailure } from '../../support/driver-failure.ts';
import { close, listen, type PluginRequest, type Script, scriptListener } from '../../support/scripted-plugin.ts';
import { useTemporaryDirectory } from '../../support/temporary-directory.ts';

const directory = useTemporaryDirectory();
const SCRIPT: Script = {
  'VolumeDriver.Get': { json: { Volume: { Name: 'data' } } },
  'VolumeDriver.Mount': { json: { Mountpoint: '/mnt/data' } },
};

function mount() {
  const directories = { sockets: [directory.path], specifications: [directory.path] };
  return createPluginDriver({ directories, wait: false, machine: 'm' }).mount({
    volume: { driver: 'x', name: 'data' },
    options: [],
    create: true,
    timeoutMs: 10_000,
  });
}

describe('TCP', () => {
  test.each(['tcp', 'http'])('%s://', async (scheme) => {
    const requests: PluginRequest[] = [];
    const server = createServer(scriptListener(SCRIPT, requests));
    const port = await listen(server);
    try {
      await writeFile(join(directory.path, 'x.spec'), `${scheme}://127.0.0.1:${port}`);
      expect(await mount()).toBe('/mnt/data');
      expect(requests).toHaveLength(3);
    } finally {
      await close(server);
    }
  });

  test('nobody listens: missing, certain', async () => {
    const server = createServer();
    const port = await listen(server);
    await close(server);
    await writeFile(join(directory.path, 'x.spec'), `tcp://127.0.0.1:${port}`);
    const error = await driverFailure(mount());
    expect(error).toMatchObject({ code: 'driver-missing', uncertain: false });
    expect(error.message).toContain(`tcp://127.0.0.1:${port}`);
  });

  test('a server that speaks no HTTP', async () => {
    const server = createSocketServer((socket) => {
      socket
        .on('error', () => {})
        .resume()
        .end('SSH-2.0-OpenSSH\r\n');
    });
    await new Promise<void>((resolve) => server.listen(join(directory.path, 'x.sock'), resolve));
    try {
      expect(await driverFailure(mount())).toMatchObject({ code: 'driver-answer', uncertain: false });
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });
});

describe('a socket file that nobody listens on any more', () => {
  test('missing, certain', async () => {
    // The dead plugin's socket stays, as after a kill -9: node would remove it, a child that is killed does not.
    const listen = 'createServer().listen(process.argv[1], () => process.kill(process.pid, "SIGKILL"))';
    const script = `require('node:net').${listen}`;
    await promisify(execFile)(process.execPath, ['-e', script, join(directory.path, 'x.sock')]).catch(() => {});
    const error = await driverFailure(mount());
    expect(error).toMatchObject({ code: 'driver-missing', uncertain: false });
    expect(error.message).toContain('ECONNREFUSED');
  });
});

describe('TLS', () => {
  let stop: () => Promise<void>;
  let port: number;
  let certificate: string;
  beforeEach(async () => {
    certificate = join(directory.path, 'cert.pem');
    const key = join(directory.path, 'key.pem');
    await promisify(execFile)('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'],
      ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate],
    ]);
    const own = { cert: await readFile(certificate), key: await readFile(key) };
    const options = { ...own, ca: own.cert, requestCert: true, rejectUnauthorized: true };
    const server = createTlsServer(options, scriptListener(SCRIPT, []));
    port = await listen(server as never);
    stop = () => close(server as never);
  });
  afterEach(() => stop());

  function specify(tls: object): Promise<void> {
    const text = JSON.stringify({ Addr: `https://127.0.0.1:${port}`, TLSConfig: tls });
    return writeFile(join(directory.path, 'x.json'), text);
  }
  const client = () => ({ CertFile: certificate, KeyFile: join(directory.path, 'key.pem') });

  test('with the CA and the client’s certificate of the .json file', async () => {
    await specify({ ...client(), CAFile: certificate });
    expect(await mount()).toBe('/mnt/data');
  });

  test('a certificate that nobody vouches for is refused before anything is sent', async () => {
    await specify(client());
    const error = await driverFailure(mount());
    expect(error).toMatchObject({ code: 'driver-missing', uncertain: false });
    expect(error.message).toContain('self-signed certificate');
  });

  test('and taken where the file says so', async () => {
    await specify({ ...client(), InsecureSkipVerify: true });
    expect(await mount()).toBe('/mnt/data');
  });

  test('a missing key file is an error that names it', async () => {
    await specify({ ...client(), KeyFile: '/nonexistent/key.pem', CAFile: certificate });
    const error = await driverFailure(mount());
    expect(error).toMatchObject({ code: 'driver-missing', uncertain: false });
    expect(error.message).toContain('/nonexistent/key.pem');
  });
});
