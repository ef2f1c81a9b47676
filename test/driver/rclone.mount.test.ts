import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { VolumeId, VolumeOption } from '../../host/core/documents.ts';
import { createDvdcliDriver } from '../../host/driver/dvdcli/dvdcli-driver.ts';
import { createPluginDriver } from '../../host/driver/plugin/plugin-driver.ts';
import type { VolumeDriver } from '../../host/driver/volume-driver.ts';
import { requireBuiltDvdcli } from '../support/built-dvdcli.ts';
import { withDockerSocket } from '../support/docker-socket.ts';
import { driverFailure } from '../support/driver-failure.ts';
import { guardMounts, mountLines } from '../support/mount-guard.ts';
import { freePort, type RclonePlugin, startRclone } from '../support/rclone-plugin.ts';

const TIMEOUT_MS = 20_000;
const guard = guardMounts();

/** Runs rclone for the length of `act`; it has ended, whatever happens, before the guard looks at the mounts. */
async function withRclone(address: string, act: (rclone: RclonePlugin) => Promise<void>): Promise<void> {
  const rclone = await startRclone(guard.directory, address);
  try {
    await act(rclone);
  } finally {
    await rclone.stop();
  }
}

function option(key: string, value: string): VolumeOption {
  return { key, value, secret: false };
}

/** The directory that a volume shows; "=" and "," are in its name when they are to be carried. */
async function dataDirectory(name: string): Promise<string> {
  const path = join(guard.directory, name);
  await mkdir(path);
  return path;
}

/** What every driver has to do with a volume, on either transport. */
async function expectLife(driver: VolumeDriver, volume: VolumeId, data: string, rclone: RclonePlugin): Promise<void> {
  const before = await mountLines();
  const options = [option('type', 'local'), option('path', data)];
  const call = { volume, options, create: true, timeoutMs: TIMEOUT_MS };

  await expect(driver.mount({ ...call, create: false })).rejects.toMatchObject({ code: 'driver-refused' });
  expect(await mountLines()).toEqual(before);
  expect(await driver.mountpointOf({ volume, timeoutMs: TIMEOUT_MS })).toBeNull();

  const mountpoint = await driver.mount(call);
  expect(mountpoint).toBe(join(rclone.baseDirectory, volume.name));
  const added = (await mountLines()).filter((line) => !before.includes(line));
  expect(added).toEqual([expect.stringContaining('fuse.rclone')]);
  expect(await driver.mountpointOf({ volume, timeoutMs: TIMEOUT_MS })).toBe(mountpoint);
  await writeFile(join(mountpoint, 'note'), 'kept');
  await driver.unmount({ volume, timeoutMs: TIMEOUT_MS });
  expect(await mountLines()).toEqual(before);
  expect(await readFile(join(data, 'note'), 'utf8')).toBe('kept');
  // rclone names the place where it would mount, mounted or not: only the mount table knows.
  expect(await driver.mountpointOf({ volume, timeoutMs: TIMEOUT_MS })).toBe(mountpoint);

  // It exists now: mounted again without leave to create, under the same id.
  expect(await driver.mount({ ...call, create: false })).toBe(mountpoint);
  expect(await readFile(join(mountpoint, 'note'), 'utf8')).toBe('kept');
  // rclone refuses a repeated id, and an id it does not know.
  expect(await driverFailure(driver.mount(call))).toMatchObject({ code: 'driver-refused' });
  await driver.unmount({ volume, timeoutMs: TIMEOUT_MS });
  expect(await driverFailure(driver.unmount({ volume, timeoutMs: TIMEOUT_MS }))).toMatchObject({
    code: 'driver-refused',
  });
  expect(await mountLines()).toEqual(before);
}

describe('rclone serve docker, spoken to over its plugin', () => {
  const socket = () => join(guard.directory, 'rclone.sock');

  test('by a unix socket', () =>
    withRclone(socket(), async (rclone) => {
      const directories = { sockets: [guard.directory], specifications: [] };
      const driver = createPluginDriver({ directories, wait: false });
      await expectLife(driver, { driver: 'rclone', name: 'data' }, await dataDirectory('a, b=c'), rclone);
    }));

  test('by TCP, found by a .spec file', async () => {
    const address = `127.0.0.1:${await freePort()}`;
    await withRclone(address, async (rclone) => {
      await writeFile(join(guard.directory, 'remote.spec'), `tcp://${address}\n`);
      const driver = createPluginDriver({
        directories: { sockets: [], specifications: [guard.directory] },
        wait: false,
      });
      await expectLife(driver, { driver: 'remote', name: 'data' }, await dataDirectory('data'), rclone);
    });
  });

  test('the other calls', () =>
    withRclone(socket(), async () => {
      const driver = createPluginDriver({
        directories: { sockets: [guard.directory], specifications: [] },
        wait: false,
      });
      const options = [option('type', 'local'), option('path', await dataDirectory('data'))];
      const call = { timeoutMs: TIMEOUT_MS };
      await driver.perform({ driver: 'rclone', name: 'data' }, 'test', call, async (client) => {
        expect(await client.list()).toEqual([]);
        await client.create('data', options);
        expect((await client.get('data'))?.name).toBe('data');
        expect((await client.list()).map(({ name }) => name)).toEqual(['data']);
        expect(await client.capabilities()).toEqual({ scope: 'local' });
        const mountpoint = await client.mount('data', 'some-id');
        expect(await client.path('data')).toBe(mountpoint);
        await expect(client.remove('data')).rejects.toMatchObject({ code: 'driver-refused' });
        await client.unmount('data', 'some-id');
        await client.remove('data');
        expect(await client.list()).toEqual([]);
      });
    }));
});

test('rclone serve docker, spoken to through our own dvdcli, with a path that the original would cut', async () => {
  const executable = await requireBuiltDvdcli();
  const name = `dvdi-test-${process.pid}`;
  await withDockerSocket(name, (socket) =>
    withRclone(socket, async (rclone) => {
      const driver = createDvdcliDriver(executable);
      await expectLife(driver, { driver: name, name: 'data' }, await dataDirectory('a, b=c'), rclone);
    }),
  );
});
