import { mkdir, open, readdir, readFile, rename, stat, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type LocalDriver,
  type LocalDriverOptions,
  startLocalDriver,
} from '../../../host/driver/local/local-driver.ts';
import type { LogEntry } from '../../../host/driver/local/log.ts';
import { TOOL_PATHS } from '../../../host/driver/local/tools.ts';
import { readMountTable } from '../../../host/system/mount-table.ts';
import { run } from '../../../host/system/process.ts';
import { guardMounts, loopDevicesUnder } from '../../support/mount-guard.ts';
import { holdMounts } from '../../support/namespace-holder.ts';
import { PluginCaller } from '../../support/plugin-request.ts';
import { writeScript } from '../../support/script-file.ts';
import { waitFor } from '../../support/wait-for.ts';

const LIMITS = { timeoutMs: 30_000, outputMaxBytes: 65_536 };

const running: LocalDriver[] = [];

async function stop(): Promise<void> {
  for (const driver of running.splice(0)) await driver.close();
}

// Before the guard's own, which looks at what is left.
afterEach(stop);
const guard = guardMounts();

const pathOf = (...names: string[]) => join(guard.directory, ...names);
const volumePath = (...names: string[]) => pathOf('store', 'rexray', 'volumes', ...names);

async function start(options: Partial<LocalDriverOptions> = {}): Promise<PluginCaller> {
  const driver = await startLocalDriver({
    store: pathOf('store'),
    socketDirectory: pathOf('plugins'),
    names: ['rexray'],
    ...options,
  });
  running.push(driver);
  return new PluginCaller(driver.sockets.rexray as string);
}

async function expectNothingLeft(): Promise<void> {
  expect(await readdir(volumePath())).toEqual([]);
  expect(await readdir(pathOf('store', 'rexray', 'scratch'))).toEqual([]);
  expect(loopDevicesUnder(guard.directory)).toEqual([]);
}

describe('a mkfs that', () => {
  test('fails leaves nothing behind, and its words reach the client, made visible', async () => {
    const mkfs = await writeScript(pathOf('mkfs'), ['printf "no \\033[31mluck\\n" >&2', 'exit 7']);
    const driver = await start({ tools: { ...TOOL_PATHS, mkfs: { ext4: mkfs, xfs: mkfs } } });
    expect((await driver.create('v', { size: '1' })).Err).toBe(
      `could not make an ext4 filesystem of 1 GiB: "${mkfs}" exited with 7: expected 0; it said: no \\x1b[31mluck`,
    );
    await expectNothingLeft();
  });

  test('is missing is named', async () => {
    const mkfs = pathOf('none');
    const driver = await start({ tools: { ...TOOL_PATHS, mkfs: { ext4: mkfs, xfs: mkfs } } });
    expect((await driver.create('v', { size: '1' })).Err).toContain(`"${mkfs}" could not be started (ENOENT)`);
    await expectNothingLeft();
  });

  test('exits with 0 and makes nothing is found out', async () => {
    const mkfs = await writeScript(pathOf('mkfs'), ['exit 0']);
    const driver = await start({ tools: { ...TOOL_PATHS, mkfs: { ext4: mkfs, xfs: mkfs } } });
    expect((await driver.create('v', { size: '1' })).Err).toContain('expected an ext4 filesystem, got none');
    await expectNothingLeft();
  });

  test('takes its time holds up its own volume, in order, and no other', async () => {
    const gate = pathOf('gate');
    const mkfs = await writeScript(pathOf('mkfs'), [
      `: > ${pathOf('begun')}`,
      `until [ -e ${gate} ]; do /usr/bin/sleep 0.02; done`,
      `exec ${TOOL_PATHS.mkfs.xfs} "$@"`,
    ]);
    const driver = await start({ tools: { ...TOOL_PATHS, mkfs: { ...TOOL_PATHS.mkfs, xfs: mkfs } } });
    const settled: string[] = [];
    const note = (what: string) => (answer: { Err: string }) => settled.push(`${what}${answer.Err}`);
    const slow = driver.create('slow', { size: '1', newfstype: 'xfs' }).then(note('created'));
    await waitFor('mkfs to begin', async () => ((await readdir(guard.directory)).includes('begun') ? true : undefined));
    const mounted = driver.mount('slow', 'a').then(note('mounted'));
    const unmounted = driver.unmount('slow', 'a').then(note('unmounted'));
    await driver.create('quick', { size: '1' });
    expect(await driver.mount('quick')).toMatchObject({ Err: '' });
    expect(await driver.unmount('quick')).toEqual({ Err: '' });
    expect((await driver.list()).Volumes).toEqual([{ Name: 'quick', Mountpoint: '' }]);
    expect(settled).toEqual([]);
    await writeFile(gate, '');
    await Promise.all([slow, mounted, unmounted]);
    expect(settled).toEqual(['created', 'mounted', 'unmounted']);
  });
});

describe('a store that is too full', () => {
  test.each([
    ['ext4', '4m'],
    ['xfs', '4m'],
    ['ext4', '30m'],
  ])('for %s in %s is told before there is a volume, and nothing is left', async (newfstype, size) => {
    await mkdir(pathOf('store'), { mode: 0o700 });
    await run('/usr/bin/mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0700`, 'small', pathOf('store')], LIMITS);
    const driver = await start();
    expect((await driver.create('v', { size: '1', newfstype })).Err).toMatch(
      new RegExp(
        `^the store's disk is too full for the metadata of an ${newfstype} filesystem of 1 GiB: \\d+ MiB are free`,
      ),
    );
    await expectNothingLeft();
    await stop();
    await run('/usr/bin/umount', [pathOf('store')], LIMITS);
  });
});

describe('a mount that', () => {
  test('fails leaves the volume as it was', async () => {
    const mount = await writeScript(pathOf('mount'), ['echo "no such thing" >&2', 'exit 32']);
    const failing = await start({ tools: { ...TOOL_PATHS, mount } });
    await failing.create('v', { size: '1' });
    expect((await failing.mount('v', 'a')).Err).toMatch(/^could not mount .* exited with 32.* no such thing$/);
    expect((await failing.get('v')).Volume).toMatchObject({ Mountpoint: '', Status: { mountedFor: [] } });
    expect(await failing.unmount('v', 'a')).toEqual({ Err: '' });
    await stop();
    const driver = await start();
    expect((await driver.mount('v', 'a')).Err).toBe('');
    await driver.unmount('v', 'a');
  });

  test('mounts and fails all the same is undone', async () => {
    const mount = await writeScript(pathOf('mount'), [`${TOOL_PATHS.mount} "$@"`, 'exit 1']);
    const driver = await start({ tools: { ...TOOL_PATHS, mount } });
    await driver.create('v', { size: '1' });
    expect((await driver.mount('v', 'a')).Err).toMatch(/^could not mount/);
    expect((await readMountTable()).at(volumePath('v', 'mount'))).toBeNull();
    expect(await driver.remove('v')).toEqual({ Err: '' });
    await expectNothingLeft();
  });

  test('meets a file where the data folder should be says so and is undone', async () => {
    const driver = await start();
    await driver.create('v', { size: '1' });
    const { Mountpoint } = await driver.mount('v');
    await rename(Mountpoint, `${Mountpoint}-away`);
    await writeFile(Mountpoint, '');
    await driver.unmount('v');
    expect((await driver.mount('v')).Err).toBe(`${Mountpoint}: expected a directory, got something else; move it away`);
    expect(await driver.path('v')).toEqual({ Mountpoint: '', Err: '' });
  });
});

describe('an image', () => {
  let driver: PluginCaller;
  let mountpoint: string;
  const entries: LogEntry[] = [];

  beforeEach(async () => {
    entries.length = 0;
    driver = await start({ log: (entry) => entries.push(entry) });
    await driver.create('v', { size: '1' });
    mountpoint = (await driver.mount('v')).Mountpoint;
    await writeFile(join(mountpoint, 'old'), '');
    await driver.unmount('v');
  });

  test('that is blank gets a filesystem on mount', async () => {
    await truncate(volumePath('v', 'image'), 0);
    await truncate(volumePath('v', 'image'), 1024 ** 3);
    expect((await driver.mount('v')).Err).toBe('');
    expect(await readdir(mountpoint)).toEqual([]);
    expect(await readdir(volumePath('v'))).toEqual(['image', 'mount', 'volume.json']);
    await driver.unmount('v');
  });

  test('without a filesystem gets one on mount, and what was there is kept', async () => {
    const image = await open(volumePath('v', 'image'), 'r+');
    await image.write(Buffer.alloc(1024 ** 2));
    await image.close();
    expect((await driver.mount('v')).Err).toBe('');
    expect(await readdir(mountpoint)).toEqual([]);
    const kept = (await readdir(volumePath('v'))).filter((name) => name.startsWith('image.'));
    expect(kept).toEqual([expect.stringMatching(/^image\.\d{4}-\d\d-\d\dT\d{6}\.\d{3}Z$/)]);
    expect((await stat(volumePath('v', kept[0] as string))).size).toBe(1024 ** 3);
    expect(entries.filter(({ level }) => level === 'warning').map(({ message }) => message)).toEqual([
      'volume "v" has no ext4 or xfs filesystem: one is made',
    ]);
    await driver.unmount('v');
    expect(await driver.remove('v')).toEqual({ Err: '' });
    await expectNothingLeft();
  });

  test('that is gone is missed, and can be removed', async () => {
    await unlink(volumePath('v', 'image'));
    const what = 'expected the image of the volume, got none that can be read; put it back, or remove the volume';
    const text = `${volumePath('v', 'image')}: ${what}`;
    expect(await driver.mount('v')).toEqual({ Err: text });
    expect(await driver.get('v')).toEqual({ Err: text });
    expect((await driver.list()).Volumes).toEqual([{ Name: 'v', Mountpoint: '' }]);
    expect(await driver.remove('v')).toEqual({ Err: '' });
    await expectNothingLeft();
  });

  test('that another mount namespace holds is neither removed nor emptied, and is seen as one', async () => {
    await driver.mount('v');
    const holder = await holdMounts(pathOf('held'));
    try {
      expect(await driver.unmount('v')).toEqual({ Err: '' });
      const [device] = loopDevicesUnder(guard.directory);
      const text = new RegExp(`^the volume's image is still held by ${device}: a container or another mount namespace`);
      expect((await driver.remove('v')).Err).toMatch(text);
      expect((await driver.create('v', { overwritefs: 'true' })).Err).toMatch(text);
      await driver.mount('v');
      expect(loopDevicesUnder(guard.directory)).toEqual([device]);
      await writeFile(join(mountpoint, 'new'), 'seen there');
      expect(await readFile(`/proc/${holder.pid}/root${mountpoint}/new`, 'utf8')).toBe('seen there');
      await driver.unmount('v');
    } finally {
      await holder.end();
    }
    expect(await driver.remove('v')).toEqual({ Err: '' });
    await expectNothingLeft();
  }, 20_000);

  test('with something foreign mounted in its place is not touched, and the others are listed', async () => {
    await driver.create('w', { size: '1' });
    await run('/usr/bin/mount', ['-t', 'tmpfs', 'foreign', volumePath('v', 'mount')], LIMITS);
    const what = 'expected the volume\'s loop device or nothing, got a foreign mount of "foreign"; unmount it by hand';
    const text = `${volumePath('v', 'mount')}: ${what}`;
    expect(await driver.mount('v')).toEqual({ Err: text });
    expect(await driver.unmount('v')).toEqual({ Err: text });
    expect(await driver.remove('v')).toEqual({ Err: text });
    expect((await driver.list()).Volumes.map(({ Name }: { Name: string }) => Name)).toEqual(['v', 'w']);
    await run('/usr/bin/umount', [volumePath('v', 'mount')], LIMITS);
    expect((await driver.mount('v')).Err).toBe('');
    await driver.unmount('v');
  });
});

describe('a record', () => {
  test('that is damaged stops its own volume and no other', async () => {
    const entries: LogEntry[] = [];
    const driver = await start({ log: (entry) => entries.push(entry) });
    await driver.create('v', { size: '1' });
    await driver.create('w', { size: '1' });
    await writeFile(volumePath('v', 'volume.json'), '{"format":1}');
    const text = expect.stringMatching(
      /volume\.json is damaged: expected the record of a volume, got no valid "driver"/,
    );
    expect(await driver.mount('v')).toEqual({ Err: text });
    expect(await driver.create('v')).toEqual({ Err: text });
    expect((await driver.list()).Volumes).toEqual([{ Name: 'w', Mountpoint: '' }]);
    expect(entries).toContainEqual({ level: 'error', message: text });
    expect((await stat(volumePath('v', 'image'))).size).toBe(1024 ** 3);
  });

  test('in the place of another volume is refused', async () => {
    const driver = await start();
    await driver.create('v', { size: '1' });
    await rename(volumePath('v'), volumePath('w'));
    expect((await driver.mount('w')).Err).toMatch(
      /is the record of "v": expected "w"; its directory was moved by hand$/,
    );
  });

  test('that is missing while other files are there keeps Create from touching them', async () => {
    const driver = await start();
    await mkdir(volumePath('v'));
    await writeFile(volumePath('v', 'image'), 'precious');
    expect((await driver.create('v', { size: '1' })).Err).toMatch(
      /expected nothing there, got files without the record/,
    );
    expect(await readFile(volumePath('v', 'image'), 'utf8')).toBe('precious');
    expect(await readdir(pathOf('store', 'rexray', 'scratch'))).toEqual([]);
  });
});
