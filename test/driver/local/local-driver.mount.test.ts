import { mkdir, readdir, readFile, stat, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalDriver, LocalDriverOptions } from '../../../host/driver/local/local-driver.ts';
import { startLocalDriver } from '../../../host/driver/local/local-driver.ts';
import { readMountTable } from '../../../host/system/mount-table.ts';
import { guardMounts, loopDevicesUnder } from '../../support/mount-guard.ts';
import { askPlugin, PluginCaller } from '../../support/plugin-request.ts';

const GIB = 1024 ** 3;

const running: LocalDriver[] = [];

async function stop(): Promise<void> {
  for (const driver of running.splice(0)) await driver.close();
}

// Before the guard's own, which looks at what is left.
afterEach(stop);
const guard = guardMounts();

/** Starts the driver in the test's directory and gives a caller for its one name. */
async function start(options: Partial<LocalDriverOptions> = {}): Promise<PluginCaller> {
  const name = options.names?.[0] ?? 'platform1';
  const driver = await startLocalDriver({
    store: join(guard.directory, 'store'),
    socketDirectory: join(guard.directory, 'plugins'),
    names: [name],
    ...options,
  });
  running.push(driver);
  return new PluginCaller(driver.sockets[name] as string);
}

const volumesDirectory = () => join(guard.directory, 'store', 'platform1', 'volumes');

describe.each(['ext4', 'xfs'])('a volume with %s', (newfstype) => {
  test('lives from Create to Remove', async () => {
    const driver = await start();
    expect(await driver.create('testing', { size: '1', newfstype })).toEqual({ Err: '' });
    expect(await driver.path('testing')).toEqual({ Mountpoint: '', Err: '' });

    const mountpoint = join(volumesDirectory(), 'testing', 'mount', 'data');
    expect(await driver.mount('testing', 'a')).toEqual({ Mountpoint: mountpoint, Err: '' });
    expect(await driver.path('testing')).toEqual({ Mountpoint: mountpoint, Err: '' });
    const mount = (await readMountTable()).covering(mountpoint);
    expect(mount).toMatchObject({ mountpoint: join(mountpoint, '..'), filesystem: newfstype });
    expect(mount?.options).toEqual(expect.arrayContaining(['rw', 'nodev', 'nosuid']));
    const found = await stat(mountpoint);
    expect([found.uid, found.gid, found.mode & 0o7777]).toEqual([0, 0, 0o755]);
    await writeFile(join(mountpoint, 'hello'), 'there');
    expect((await driver.remove('testing')).Err).toMatch(/^volume "testing" is mounted at .* unmount it/);

    expect(await driver.unmount('testing', 'a')).toEqual({ Err: '' });
    expect(loopDevicesUnder(guard.directory)).toEqual([]);
    expect(await driver.mount('testing', 'b')).toEqual({ Mountpoint: mountpoint, Err: '' });
    expect(await readFile(join(mountpoint, 'hello'), 'utf8')).toBe('there');
    expect(await driver.unmount('testing', 'b')).toEqual({ Err: '' });

    expect(await driver.remove('testing')).toEqual({ Err: '' });
    expect((await driver.get('testing')).Err).toBe('no volume "testing" in driver "platform1"');
    expect(await readdir(volumesDirectory())).toEqual([]);
    expect(await readdir(join(volumesDirectory(), '..', 'scratch'))).toEqual([]);
  });

  test('has the size it asks for, in GiB, and takes little of it', async () => {
    const driver = await start();
    await driver.create('small', { size: '1', newfstype });
    await driver.create('large', { size: '5', newfstype });
    for (const [name, sizeGib] of [
      ['small', 1],
      ['large', 5],
    ] as const) {
      const { Mountpoint } = await driver.mount(name);
      const disk = await statfs(Mountpoint);
      const sizeBytes = disk.blocks * disk.bsize;
      // What the filesystem keeps for itself is off: at most a tenth, also in the smallest volume.
      expect(sizeBytes).toBeGreaterThan(0.9 * sizeGib * GIB);
      expect(sizeBytes).toBeLessThanOrEqual(sizeGib * GIB);
      const { Status } = (await driver.get(name)).Volume;
      expect(Status.usedBytes).toBeLessThan(0.1 * GIB);
      await driver.unmount(name);
    }
  });
});

test('the seed’s two-volume document runs as it stands', async () => {
  const names = ['platform1', 'platform2', 'rexray'];
  await start({ names });
  const { sockets } = running[0] as LocalDriver;
  expect(Object.keys(sockets)).toEqual(names);
  const first = new PluginCaller(sockets.platform1 as string);
  const second = new PluginCaller(sockets.platform2 as string);
  const ebs = { size: '5', iops: '150', volumetype: 'io1', newfstype: 'ext4', overwritefs: 'false' };
  expect(await first.create('testing', ebs)).toEqual({ Err: '' });
  expect(
    await second.create('testing2', { size: '6', volumetype: 'gp2', newfstype: 'xfs', overwritefs: 'true' }),
  ).toEqual({ Err: '' });
  const mounted = [await first.mount('testing'), await second.mount('testing2')];
  expect(mounted.map(({ Err }) => Err)).toEqual(['', '']);
  expect((await second.list()).Volumes).toEqual([{ Name: 'testing2', Mountpoint: mounted[1].Mountpoint }]);
  expect((await second.get('testing')).Err).toBe('no volume "testing" in driver "platform2"');
  expect((await first.get('testing')).Volume).toEqual({
    Name: 'testing',
    Mountpoint: mounted[0].Mountpoint,
    CreatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    Status: {
      size: 5,
      newfstype: 'ext4',
      overwritefs: false,
      iops: 150,
      volumetype: 'io1',
      backing: 'image',
      usedBytes: expect.any(Number),
      mountedFor: [''],
    },
  });
  await first.unmount('testing');
  await second.unmount('testing2');
});

test('a volume that says nothing is 16 GiB of ext4', async () => {
  const driver = await start();
  await driver.create('plain');
  expect((await driver.get('plain')).Volume.Status).toMatchObject({ size: 16, newfstype: 'ext4', overwritefs: false });
  const { Mountpoint } = await driver.mount('plain');
  const disk = await statfs(Mountpoint);
  expect(disk.blocks * disk.bsize).toBeGreaterThan(15 * GIB);
  await driver.unmount('plain');
});

describe('mount ids', () => {
  test('the first mounts, the last unmounts, a repeated one changes nothing', async () => {
    const driver = await start();
    await driver.create('v', { size: '1' });
    const { Mountpoint } = await driver.mount('v', 'a');
    expect(await driver.mount('v', 'a')).toEqual({ Mountpoint, Err: '' });
    expect(await driver.mount('v', 'b')).toEqual({ Mountpoint, Err: '' });
    expect((await driver.get('v')).Volume.Status.mountedFor).toEqual(['a', 'b']);
    expect(await driver.unmount('v', 'a')).toEqual({ Err: '' });
    expect((await driver.path('v')).Mountpoint).toBe(Mountpoint);
    expect((await driver.unmount('v', 'a')).Err).toBe('volume "v" is mounted, but not for id "a": expected one of "b"');
    expect((await driver.path('v')).Mountpoint).toBe(Mountpoint);
    expect(await driver.unmount('v', 'b')).toEqual({ Err: '' });
    expect((await driver.path('v')).Mountpoint).toBe('');
    expect(await driver.unmount('v', 'b')).toEqual({ Err: '' });
  });

  test('none at all is an id of its own', async () => {
    const driver = await start();
    await driver.create('v', { size: '1' });
    await driver.mount('v');
    await driver.mount('v', 'a');
    await driver.mount('v');
    expect(await driver.unmount('v')).toEqual({ Err: '' });
    expect((await driver.unmount('v')).Err).toContain('not for id ""');
    expect(await driver.unmount('v', 'a')).toEqual({ Err: '' });
  });

  test('a busy volume stays mounted for its id, and the client may try again', async () => {
    const driver = await start();
    await driver.create('v', { size: '1' });
    const { Mountpoint } = await driver.mount('v', 'a');
    const before = process.cwd();
    process.chdir(Mountpoint);
    try {
      expect((await driver.unmount('v', 'a')).Err).toMatch(/could not unmount .*target is busy/);
    } finally {
      process.chdir(before);
    }
    expect((await driver.get('v')).Volume.Status.mountedFor).toEqual(['a']);
    expect(await driver.unmount('v', 'a')).toEqual({ Err: '' });
  });
});

describe('Create of a volume that exists', () => {
  test('is fine with the options it has, and names those it has not', async () => {
    const driver = await start();
    await driver.create('v', { size: '1', newfstype: 'xfs', iops: '7' });
    const { Mountpoint } = await driver.mount('v');
    await writeFile(join(Mountpoint, 'kept'), '');
    expect(await driver.create('v', { SIZE: '1', NewFsType: 'XFS', overwritefs: 'false' })).toEqual({ Err: '' });
    expect(await driver.create('v')).toEqual({ Err: '' });
    expect((await driver.create('v', { size: '2', newfstype: 'ext4', volumetype: 'gp2' })).Err).toBe(
      'volume "v" exists with other options (size=1, not 2; newfstype=xfs, not ext4; volumetype=not set, not gp2): ask ' +
        'for what it has, remove it first, or give overwritefs=true to have it made anew, empty',
    );
    expect(await readdir(Mountpoint)).toEqual(['kept']);
    await driver.unmount('v');
  });

  test('with overwritefs=true makes it anew, by the options given, but never under a mount', async () => {
    const driver = await start();
    await driver.create('v', { size: '1', newfstype: 'ext4', iops: '7' });
    const { Mountpoint } = await driver.mount('v');
    await writeFile(join(Mountpoint, 'old'), '');
    expect((await driver.create('v', { overwritefs: 'true' })).Err).toMatch(/^volume "v" is mounted at .* made anew/);
    expect(await readdir(Mountpoint)).toEqual(['old']);
    await driver.unmount('v');

    expect(await driver.create('v', { overwritefs: 'true', newfstype: 'xfs', size: '2' })).toEqual({ Err: '' });
    await driver.mount('v');
    expect(await readdir(Mountpoint)).toEqual([]);
    const { Status } = (await driver.get('v')).Volume;
    expect(Status).toMatchObject({ size: 2, newfstype: 'xfs', overwritefs: true, iops: 7 });
    expect((await statfs(Mountpoint)).blocks * (await statfs(Mountpoint)).bsize).toBeGreaterThan(1.8 * GIB);
    expect(await readdir(join(Mountpoint, '..', '..'))).toEqual(['image', 'mount', 'volume.json']);
    await driver.unmount('v');
  });
});

describe('overwritefs=true', () => {
  test('leaves the data alone on mount', async () => {
    const driver = await start();
    await driver.create('v', { size: '1', overwritefs: 'true' });
    const { Mountpoint } = await driver.mount('v');
    await writeFile(join(Mountpoint, 'kept'), '');
    await driver.unmount('v');
    await driver.mount('v');
    expect(await readdir(Mountpoint)).toEqual(['kept']);
    await driver.unmount('v');
  });

  test('wipes on mount where the operator says so, not while it is mounted', async () => {
    const driver = await start({ overwriteOn: 'mount' });
    await driver.create('wiped', { size: '1', overwritefs: 'true' });
    await driver.create('kept', { size: '1', overwritefs: 'false' });
    for (const [name, left] of [
      ['wiped', []],
      ['kept', ['file']],
    ] as const) {
      const { Mountpoint } = await driver.mount(name, 'a');
      await writeFile(join(Mountpoint, 'file'), '');
      await driver.mount(name, 'b');
      expect(await readdir(Mountpoint)).toEqual(['file']);
      await driver.unmount(name, 'a');
      await driver.unmount(name, 'b');
      await driver.mount(name, 'a');
      expect(await readdir(Mountpoint)).toEqual(left);
      await driver.unmount(name, 'a');
    }
  });
});

test('twelve Creates and Mounts at once, two for each volume, in one process', async () => {
  const driver = await start();
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const created = await Promise.all([...names, ...names].map((name) => driver.create(name, { size: '1' })));
  expect(created).toEqual(Array(12).fill({ Err: '' }));
  const mounted = await Promise.all(
    [...names, ...names].map((name, index) => driver.mount(name, String(index < names.length))),
  );
  expect(new Set(mounted.map(({ Mountpoint }) => Mountpoint)).size).toBe(6);
  expect((await readMountTable()).entries.filter(({ source }) => source.startsWith('/dev/loop'))).toHaveLength(6);
  const ended = await Promise.all(
    [...names, ...names].map((name, index) => driver.unmount(name, String(index < names.length))),
  );
  expect(ended).toEqual(Array(12).fill({ Err: '' }));
  expect((await driver.list()).Volumes).toEqual(names.map((Name) => ({ Name, Mountpoint: '' })));
});

test('hostile names are volumes like any other, each with its own data, inside the store', async () => {
  const driver = await start();
  const names = [
    '../x',
    '..',
    '.',
    'a/b',
    'a-b',
    'A-b',
    'é',
    'e\u0301',
    '-rf',
    'x'.repeat(255),
    `${'é'.repeat(127)}e`,
    '~',
    'a b',
    '卷',
  ];
  const points = new Set<string>();
  for (const name of names) {
    expect(await driver.create(name, { size: '1' })).toEqual({ Err: '' });
    const { Mountpoint, Err } = await driver.mount(name);
    expect(Err).toBe('');
    expect(Mountpoint.startsWith(`${volumesDirectory()}/`)).toBe(true);
    await writeFile(join(Mountpoint, 'name'), name);
    points.add(Mountpoint);
  }
  expect(points.size).toBe(names.length);
  const listed = (await driver.list()).Volumes;
  expect(new Set(listed.map(({ Name }: { Name: string }) => Name))).toEqual(new Set(names));
  for (const { Name, Mountpoint } of listed) {
    expect(await readFile(join(Mountpoint, 'name'), 'utf8')).toBe(Name);
    expect(await driver.unmount(Name)).toEqual({ Err: '' });
    expect(await driver.remove(Name)).toEqual({ Err: '' });
  }
  expect(await readdir(volumesDirectory())).toEqual([]);
});

test.each([
  ['', 'expected the name of a volume, got an empty one'],
  ['a\0b', 'expected a volume name without control characters, got "a\\u0000b"'],
  ['a\nb', 'expected a volume name without control characters, got "a\\nb"'],
  ['x'.repeat(256), 'expected a volume name of at most 255 bytes, got 256 bytes'],
  ['\ud800', 'expected a volume name in Unicode, got half a character in "\\ud800"'],
])('the name %j is refused', async (name, text) => {
  const driver = await start();
  expect(await driver.create(name)).toEqual({ Err: text });
  expect(await driver.get(name)).toEqual({ Err: text });
  expect(await driver.mount(name)).toEqual({ Err: text });
  expect(await readdir(volumesDirectory())).toEqual([]);
});

test('store and images are closed to everybody else, the socket as well', async () => {
  const driver = await start();
  await driver.create('v', { size: '1' });
  const modeOf = async (path: string) => (await stat(path)).mode & 0o7777;
  const directory = join(volumesDirectory(), 'v');
  expect(await modeOf(join(guard.directory, 'store'))).toBe(0o700);
  expect(await modeOf(join(directory, 'image'))).toBe(0o600);
  expect(await modeOf(join(directory, 'volume.json'))).toBe(0o600);
  expect(await modeOf(join(guard.directory, 'plugins', 'platform1.sock'))).toBe(0o600);
});

test('volumes of a stopped driver stay mounted, and the next one takes them over', async () => {
  const first = await start();
  await first.create('v', { size: '1' });
  const { Mountpoint } = await first.mount('v', 'a');
  await writeFile(join(Mountpoint, 'file'), '');
  await stop();
  expect(await readdir(join(guard.directory, 'plugins'))).toEqual([]);
  expect(await readdir(Mountpoint)).toEqual(['file']);
  const second = await start();
  expect(await second.path('v')).toEqual({ Mountpoint, Err: '' });
  expect((await second.unmount('v', 'other')).Err).toContain('not for id "other"');
  expect(await second.unmount('v', 'a')).toEqual({ Err: '' });
});

test('close answers what is in flight', async () => {
  const driver = await start();
  await driver.create('v', { size: '1' });
  const { sockets } = running[0] as LocalDriver;
  const answers = Promise.all(
    Array.from({ length: 5 }, (_, index) =>
      askPlugin(sockets.platform1 as string, '/VolumeDriver.Mount', { body: { Name: 'v', ID: `${index}` } }),
    ),
  );
  // Connected and begun: the first answer is there while others are at work.
  await driver.mount('v', '0');
  await stop();
  expect((await answers).map(({ body }) => body.Err)).toEqual(['', '', '', '', '']);
  const again = await start();
  for (const id of ['0', '1', '2', '3', '4']) expect(await again.unmount('v', id)).toEqual({ Err: '' });
});

test('a directory that is not a store of ours alone is refused', async () => {
  const store = join(guard.directory, 'open');
  await mkdir(store, { mode: 0o755 });
  await expect(start({ store })).rejects.toThrow(/only its owner can enter, got mode 0755; choose .*chmod 0700/);
});
