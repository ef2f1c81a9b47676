import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type LocalDriver,
  type LocalDriverOptions,
  startLocalDriver,
} from '../../../host/driver/local/local-driver.ts';
import type { LogEntry } from '../../../host/driver/local/log.ts';
import { TOOL_PATHS } from '../../../host/driver/local/tools.ts';
import { askPlugin, PluginCaller } from '../../support/plugin-request.ts';
import { writeScript } from '../../support/script-file.ts';

// Volumes that are plain directories: they need neither root nor a mount namespace.
let directory: string;
let socket: string;
let driver: PluginCaller;
const running: LocalDriver[] = [];

async function start(options: Partial<LocalDriverOptions> = {}): Promise<LocalDriver> {
  const started = await startLocalDriver({
    store: join(directory, 'store'),
    socketDirectory: join(directory, 'plugins'),
    names: ['rexray'],
    backing: 'directory',
    ...options,
  });
  running.push(started);
  socket = started.sockets.rexray as string;
  driver = new PluginCaller(socket);
  return started;
}

async function stop(): Promise<void> {
  for (const started of running.splice(0)) await started.close();
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dvdi-local-'));
});

afterEach(async () => {
  await stop();
  await rm(directory, { recursive: true });
});

const volumePath = (...names: string[]) => join(directory, 'store', 'rexray', 'volumes', ...names);

describe('the protocol', () => {
  beforeEach(async () => {
    await start();
  });

  test('Activate and Capabilities', async () => {
    expect(await askPlugin(socket, '/Plugin.Activate', { body: '' })).toEqual({
      status: 200,
      contentType: 'application/vnd.docker.plugins.v1.2+json',
      body: { Implements: ['VolumeDriver'] },
    });
    expect((await askPlugin(socket, '/VolumeDriver.Capabilities', { body: 'null' })).body).toEqual({
      Capabilities: { Scope: 'local' },
      Err: '',
    });
  });

  test.each([
    ['/VolumeDriver.Grow', {}, 404, '"/VolumeDriver.Grow" is no method of the volume driver protocol'],
    ['/VolumeDriver.List?x=1', {}, 404, '"/VolumeDriver.List?x=1" is no method of the volume driver protocol'],
    ['/VolumeDriver.List', { verb: 'PUT' }, 405, 'expected POST for /VolumeDriver.List, got PUT'],
    ['/VolumeDriver.Get', { body: '{' }, 400, 'expected a JSON object in UTF-8, got 1 bytes that are none'],
    [
      '/VolumeDriver.Get',
      { body: Buffer.of(0x22, 0xff, 0x22) },
      400,
      'expected a JSON object in UTF-8, got 3 bytes that are none',
    ],
    ['/VolumeDriver.Get', { body: [] }, 400, 'expected a JSON object, got an array'],
    ['/VolumeDriver.Get', { body: '7' }, 400, 'expected a JSON object, got number'],
    ['/VolumeDriver.Get', { body: { Name: 7 } }, 400, 'expected "Name" to be a string, got number'],
    ['/VolumeDriver.Mount', { body: { Name: 'v', ID: [] } }, 400, 'expected "ID" to be a string, got an array'],
    [
      '/VolumeDriver.Create',
      { body: { Name: 'v', Opts: [] } },
      400,
      'expected "Opts" to be an object of strings, got an array',
    ],
    [
      '/VolumeDriver.Create',
      { body: { Name: 'v', Opts: { size: 5 } } },
      400,
      'expected option "size" to be a string, got number',
    ],
    [
      '/VolumeDriver.Create',
      { body: { Name: 'v', Opts: { size: null } } },
      400,
      'expected option "size" to be a string, got null',
    ],
    ['/VolumeDriver.Create', { body: {} }, 200, 'expected the name of a volume, got an empty one'],
    [
      '/VolumeDriver.Create',
      { body: { Name: 'v', Opts: { sise: '5' } } },
      200,
      'unknown option "sise": expected size, newfstype, overwritefs, iops or volumetype',
    ],
  ])('%s %j is answered with %i and why', async (path, options, status, Err) => {
    expect(await askPlugin(socket, path, options)).toEqual({
      status,
      contentType: 'application/vnd.docker.plugins.v1.2+json',
      body: { Err },
    });
    expect(await driver.list()).toEqual({ Volumes: [], Err: '' });
  });

  test('a body of 1 MiB is read, one byte more is refused', async () => {
    const bodyOf = (length: number) => `{"Name":"x"${' '.repeat(length - 12)}}`;
    expect((await askPlugin(socket, '/VolumeDriver.Get', { body: bodyOf(1024 ** 2) })).body.Err).toContain(
      'no volume "x"',
    );
    expect(await askPlugin(socket, '/VolumeDriver.Get', { body: bodyOf(1024 ** 2 + 1) })).toMatchObject({
      status: 400,
      body: { Err: 'expected a request of at most 1048576 bytes, got more' },
    });
  });

  test('options that are null are none, as Go sends them', async () => {
    expect((await askPlugin(socket, '/VolumeDriver.Create', { body: { Name: 'v', Opts: null } })).body.Err).toBe('');
  });

  test.each(['Remove', 'Mount', 'Unmount', 'Path', 'Get'])(
    '%s of a volume that is not there says so',
    async (method) => {
      const { status, body } = await askPlugin(socket, `/VolumeDriver.${method}`, { body: { Name: 'none' } });
      expect([status, body]).toEqual([200, { Err: 'no volume "none" in driver "rexray"' }]);
    },
  );

  test.each([
    ['of 1 KiB is taken', 'x'.repeat(1024), ''],
    ['of 1 KiB and a byte is refused', 'x'.repeat(1025), expect.stringContaining('got 1025 bytes')],
    ['with a control character is refused', 'a\n', expect.stringContaining('without control characters')],
  ])('an id %s', async (_what, id, Err) => {
    await driver.create('v');
    expect((await driver.mount('v', id)).Err).toEqual(Err);
  });

  test('close does not wait for a client that never ends its request', async () => {
    const idle = connect({ path: socket });
    await once(idle, 'connect');
    idle.write('POST /VolumeDriver.List HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{');
    await driver.list();
    idle.on('error', () => undefined);
    const closed = once(idle, 'close');
    await stop();
    await closed;
  });
});

describe('a volume that is a plain directory', () => {
  test('lives from Create to Remove, its data with it, and nothing is mounted', async () => {
    await start();
    await driver.create('v', { size: '5', newfstype: 'xfs' });
    const mountpoint = volumePath('v', 'files', 'data');
    expect(await driver.mount('v', 'a')).toEqual({ Mountpoint: mountpoint, Err: '' });
    expect(await driver.mount('v', 'b')).toEqual({ Mountpoint: mountpoint, Err: '' });
    expect((await driver.get('v')).Volume).toMatchObject({
      Mountpoint: mountpoint,
      Status: { size: 5, backing: 'directory', note: 'no loop devices: size and newfstype are not enforced' },
    });
    expect((await driver.remove('v')).Err).toMatch(/^volume "v" is mounted at/);
    expect((await driver.create('v', { overwritefs: 'true' })).Err).toMatch(/^volume "v" is mounted at/);
    await driver.unmount('v', 'a');
    await driver.unmount('v', 'b');
    expect(await driver.path('v')).toEqual({ Mountpoint: '', Err: '' });

    const outside = join(directory, 'outside');
    await writeFile(outside, 'kept');
    await symlink(outside, join(mountpoint, 'link'));
    expect(await driver.remove('v')).toEqual({ Err: '' });
    expect(await readFile(outside, 'utf8')).toBe('kept');
    expect(await readdir(volumePath())).toEqual([]);
    expect(await readdir(volumePath('..', 'scratch'))).toEqual([]);
  });

  test('is emptied by a Create with overwritefs=true', async () => {
    await start();
    await driver.create('v');
    const { Mountpoint } = await driver.mount('v');
    await writeFile(join(Mountpoint, 'old'), '');
    await driver.unmount('v');
    expect(await driver.create('v', { overwritefs: 'true' })).toEqual({ Err: '' });
    await driver.mount('v');
    expect(await readdir(Mountpoint)).toEqual([]);
    expect(await readdir(volumePath('..', 'scratch'))).toEqual([]);
  });

  test('keeps its ids over a restart, but not over a boot', async () => {
    await start();
    await driver.create('v');
    await driver.mount('v', 'a');
    await stop();
    await start();
    expect((await driver.get('v')).Volume.Status.mountedFor).toEqual(['a']);
    await stop();
    const record = JSON.parse(await readFile(volumePath('v', 'volume.json'), 'utf8'));
    await writeFile(volumePath('v', 'volume.json'), JSON.stringify({ ...record, boot: 'an earlier one' }));
    await start();
    expect((await driver.get('v')).Volume).toMatchObject({ Mountpoint: '', Status: { mountedFor: [] } });
  });
});

test('without loop devices new volumes are plain directories, which is logged once and told', async () => {
  const entries: LogEntry[] = [];
  const losetup = await writeScript(join(directory, 'losetup'), ['echo "no loop-control" >&2', 'exit 1']);
  const started = await startLocalDriver({
    store: join(directory, 'store'),
    socketDirectory: join(directory, 'plugins'),
    names: ['a', 'b'],
    tools: { ...TOOL_PATHS, losetup },
    log: (entry) => entries.push(entry),
  });
  running.push(started);
  expect(started).toMatchObject({ backing: 'directory', degraded: expect.stringContaining('no loop-control') });
  expect(entries.filter(({ level }) => level === 'warning')).toEqual([
    { level: 'warning', message: expect.stringMatching(/^new volumes are plain directories .*no loop-control$/) },
  ]);
});

test('when one name cannot be served, none is', async () => {
  await start();
  const others = { store: join(directory, 'other'), names: ['platform1', 'rexray'] };
  await expect(start(others)).rejects.toMatchObject({ code: 'socket-busy' });
  expect(await readdir(join(directory, 'plugins'))).toEqual(['rexray.sock']);
  await stop();
  await start(others);
});

test.each([
  [{ names: ['a/b'] }, 'driver-name'],
  [{ store: 'relative' }, 'store-unsafe'],
])('%j is refused', async (options, code) => {
  await expect(start(options)).rejects.toMatchObject({ code });
});

test('sizes are bound by what the operator says', async () => {
  await start({ sizeDefaultGib: 3, sizeMaxGib: 4 });
  expect((await driver.create('v', { size: '5' })).Err).toBe('option "size": expected it to be at most 4 GiB, got "5"');
  await driver.create('v');
  expect((await driver.get('v')).Volume.Status.size).toBe(3);
});
