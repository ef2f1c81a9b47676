import { chmod, mkdir, open, rmdir, symlink } from 'node:fs/promises';
import { requireDirectory } from '../../host/system/directory-change.ts';
import { identifyMount, type MountKey } from '../../host/system/mount-identity.ts';
import { layersAt, unmountLayer } from '../../host/system/mount-layers.ts';
import { readMountTable } from '../../host/system/mount-table.ts';
import { run } from '../../host/system/process.ts';
import { guardMounts } from '../support/mount-guard.ts';

const LIMITS = { timeoutMs: 30_000, outputMaxBytes: 65_536 };
const guard = guardMounts();

function at(path: string): string {
  return `${guard.directory}${path}`;
}

/** Mounts a tmpfs and names it. */
async function tmpfs(path: string): Promise<MountKey> {
  await mkdir(at(path), { recursive: true });
  await run('/usr/bin/mount', ['-t', 'tmpfs', '-o', 'mode=755', 'none', at(path)], LIMITS);
  return identifyMount(at(path));
}

async function layerIds(path: string): Promise<number[]> {
  return layersAt(await readMountTable(), at(path)).map(({ id }) => id);
}

test('stacked mounts are peeled one by one, each by its own name only', async () => {
  const lower = await tmpfs('/volume');
  const upper = await tmpfs('/volume');
  expect(await layerIds('/volume')).toEqual([lower.mountId, upper.mountId]);
  expect(await unmountLayer(at('/volume'), lower)).toBe('replaced');
  expect(await layerIds('/volume')).toEqual([lower.mountId, upper.mountId]);
  expect(await unmountLayer(at('/volume'), upper)).toBe('unmounted');
  expect(await layerIds('/volume')).toEqual([lower.mountId]);
  expect(await unmountLayer(at('/volume'), lower)).toBe('unmounted');
  expect(await layerIds('/volume')).toEqual([]);
});

test('an id that was given to the mount of another filesystem does not count', async () => {
  const mount = await tmpfs('/volume');
  expect(await unmountLayer(at('/volume'), { ...mount, device: '1:2' })).toBe('replaced');
  expect(await unmountLayer(at('/volume'), mount)).toBe('unmounted');
});

test('missing: a plain directory, no directory, no parent, the root of all', async () => {
  const mount = await tmpfs('/volume');
  expect(await unmountLayer(at('/volume'), mount)).toBe('unmounted');
  expect(await unmountLayer(at('/volume'), mount)).toBe('missing');
  await rmdir(at('/volume'));
  expect(await unmountLayer(at('/volume'), mount)).toBe('missing');
  expect(await unmountLayer(at('/volume/below'), mount)).toBe('missing');
  expect(await unmountLayer('/', await identifyMount('/'))).toBe('missing');
});

describe('busy', () => {
  test('while a file in it is open', async () => {
    const mount = await tmpfs('/volume');
    const file = await open(at('/volume/file'), 'w');
    await expect(unmountLayer(at('/volume'), mount)).rejects.toMatchObject({
      name: 'MountError',
      code: 'mount-busy',
      path: at('/volume'),
      message: expect.stringContaining('target is busy'),
    });
    await file.close();
    expect(await unmountLayer(at('/volume'), mount)).toBe('unmounted');
  });

  test('while something is mounted below it', async () => {
    const mount = await tmpfs('/volume');
    const below = await tmpfs('/volume/below');
    await expect(unmountLayer(at('/volume'), mount)).rejects.toMatchObject({ code: 'mount-busy' });
    expect(await unmountLayer(at('/volume/below'), below)).toBe('unmounted');
    expect(await unmountLayer(at('/volume'), mount)).toBe('unmounted');
  });
});

describe('a name that others could swap', () => {
  test.each(['/link', '/link/below'])('a link is never followed: %s', async (path) => {
    const mount = await tmpfs('/volume');
    const below = await tmpfs('/volume/below');
    await symlink(at('/volume'), at('/link'));
    await expect(unmountLayer(at(path), mount)).rejects.toMatchObject({ code: 'directory-link' });
    expect(await unmountLayer(at('/volume/below'), below)).toBe('unmounted');
    expect(await unmountLayer(at('/volume'), mount)).toBe('unmounted');
  });

  test.each([0o777, 0o1777, 0o775])('a parent that others may write to is refused: %o', async (mode) => {
    const mount = await tmpfs('/open/volume');
    await chmod(at('/open'), mode);
    await expect(unmountLayer(at('/open/volume'), mount)).rejects.toMatchObject({ code: 'mount-exposed' });
    expect(await layerIds('/open/volume')).toEqual([mount.mountId]);
    await chmod(at('/open'), 0o755);
    expect(await unmountLayer(at('/open/volume'), mount)).toBe('unmounted');
  });

  test.each(['relative', '/a/../b', '/a/', ''])('a path that is not normalised: %j', async (path) => {
    await expect(unmountLayer(path, { mountId: 1, device: '0:1' })).rejects.toMatchObject({ code: 'path-invalid' });
  });
});

describe('the identity of a mount', () => {
  test('of its root and of what lies below, by path and by an open directory', async () => {
    const mount = await tmpfs('/volume');
    const entry = (await readMountTable()).at(at('/volume'));
    expect(mount).toEqual({
      mountId: entry?.id,
      device: entry?.device,
      mountpoint: at('/volume'),
      root: '/',
      filesystem: 'tmpfs',
      source: 'none',
      isRoot: true,
    });
    await mkdir(at('/volume/data'));
    {
      using data = await requireDirectory({ within: null, path: at('/volume/data') });
      expect(await identifyMount(data)).toEqual({ ...mount, isRoot: false });
    }
    await unmountLayer(at('/volume'), mount);
  });

  test('of a bind names the directory that is bound', async () => {
    await mkdir(at('/source/deep'), { recursive: true });
    await mkdir(at('/target'));
    await run('/usr/bin/mount', ['--bind', at('/source/deep'), at('/target')], LIMITS);
    const mount = await identifyMount(at('/target'));
    const around = await identifyMount(guard.directory);
    expect(mount).toMatchObject({ device: around.device, mountpoint: at('/target'), isRoot: true });
    expect(mount.root.endsWith('/source/deep')).toBe(true);
    expect(mount.mountId).not.toBe(around.mountId);
    expect(await unmountLayer(at('/target'), mount)).toBe('unmounted');
  });

  test('of the root directory', async () => {
    expect(await identifyMount('/')).toMatchObject({ mountpoint: '/', isRoot: true });
  });

  test('of what was detached while it was open there is none', async () => {
    await tmpfs('/volume');
    using held = await requireDirectory({ within: null, path: at('/volume') });
    await run('/usr/bin/umount', ['--lazy', at('/volume')], LIMITS);
    await expect(identifyMount(held)).rejects.toMatchObject({ code: 'mount-missing', path: at('/volume') });
  });
});

test('only what a path reaches counts as its layers', async () => {
  const inner = await tmpfs('/outer/inner');
  expect(await layerIds('/outer/inner')).toEqual([inner.mountId]);
  expect(await layerIds('/outer')).toEqual([]);
  const cover = await tmpfs('/outer');
  expect(await layerIds('/outer/inner')).toEqual([]);
  expect(await unmountLayer(at('/outer/inner'), inner)).toBe('missing');
  expect(await unmountLayer(at('/outer'), cover)).toBe('unmounted');
  expect(await unmountLayer(at('/outer/inner'), inner)).toBe('unmounted');
});
