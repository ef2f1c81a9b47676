import { once } from 'node:events';
import { lstat, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { runNode } from '../../../bench/processes.ts';
import { listenAddressText, parseListenAddress } from '../../../host/admission/service/listen-address.ts';
import { startService, useServices } from '../../support/admission-service.ts';
import { exchange } from '../../support/http-exchange.ts';
import { useTemporaryDirectory } from '../../support/temporary-directory.ts';

const directory = useTemporaryDirectory();
useServices();

test.each([
  ['127.0.0.1:8181', { kind: 'tcp', host: '127.0.0.1', port: 8181 }],
  ['localhost:0', { kind: 'tcp', host: 'localhost', port: 0 }],
  [':65535', { kind: 'tcp', host: '::', port: 65535 }],
  ['[::1]:80', { kind: 'tcp', host: '::1', port: 80 }],
  ['unix:/run/dvdi.sock', { kind: 'unix', path: '/run/dvdi.sock' }],
  ['127.0.0.1:65536', null],
  ['127.0.0.1', null],
  ['::1:80', null],
  ['unix:relative', null],
  ['http://127.0.0.1:80', null],
  ['', null],
])('%s', (text, address) => {
  expect(parseListenAddress(text)).toEqual(address);
  if (address !== null && !text.startsWith(':')) {
    expect(listenAddressText(parseListenAddress(text) ?? { kind: 'unix', path: '' })).toBe(text);
  }
});

describe('a unix socket', () => {
  const start = () => startService({ address: { kind: 'unix', path: join(directory.path, 's') } });
  const isAlive = async () => {
    return (await exchange('http://x/livez', { socketPath: join(directory.path, 's') })).status === 200;
  };

  test('is for its owner and group, and gone with the service', async () => {
    const { service } = await start();
    expect(await isAlive()).toBe(true);
    expect((await lstat(join(directory.path, 's'))).mode & 0o777).toBe(0o660);
    await service.close();
    await expect(lstat(join(directory.path, 's'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('of a server that died is replaced', async () => {
    const path = JSON.stringify(join(directory.path, 's'));
    // A process that is killed leaves its socket.
    const killed = `require('node:net').createServer().listen(${path}, () => process.kill(process.pid, 'SIGKILL'))`;
    await expect(runNode(['-e', killed])).rejects.toThrow(/SIGKILL/);
    expect((await lstat(join(directory.path, 's'))).isSocket()).toBe(true);
    await start();
    expect(await isAlive()).toBe(true);
  });

  test('of a server that lives is left alone', async () => {
    const other = createServer().listen(join(directory.path, 's'));
    await once(other, 'listening');
    await expect(start()).rejects.toMatchObject({ code: 'service-listen' });
    expect(other.listening).toBe(true);
    other.close();
    await once(other, 'close');
  });

  test('never takes the place of a file', async () => {
    await writeFile(join(directory.path, 's'), 'data');
    await expect(start()).rejects.toMatchObject({ code: 'service-listen', got: expect.stringContaining('no socket') });
    await rm(join(directory.path, 's'));
  });
});

test('a port that is taken is refused', async () => {
  const { service } = await startService();
  await expect(startService({ address: service.address })).rejects.toMatchObject({
    code: 'service-listen',
    got: expect.stringContaining('EADDRINUSE'),
  });
});
