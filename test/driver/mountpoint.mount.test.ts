import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { checkMountpoint, openMountpoint } from '../../host/driver/mountpoint.ts';
import { run } from '../../host/system/process.ts';
import { guardMounts } from '../support/mount-guard.ts';

const LIMITS = { timeoutMs: 30_000, outputMaxBytes: 65_536 };
const guard = guardMounts();

function under(path: string): string {
  return `${guard.directory}${path}`;
}

describe('checkMountpoint', () => {
  test('tells a mount from a plain directory; both are fine', async () => {
    await mkdir(under('/volume'));
    expect(await checkMountpoint(under('/volume'), [])).toMatchObject({ path: under('/volume'), isMount: false });
    await run('/bin/mount', ['-t', 'tmpfs', 'none', under('/volume')], LIMITS);
    await mkdir(under('/volume/data'));
    expect(await checkMountpoint(under('/volume'), [])).toMatchObject({ isMount: true });
    // REX-Ray answers a directory inside of the mount.
    expect(await checkMountpoint(under('/volume/data'), [])).toMatchObject({ isMount: false });
    await run('/bin/umount', [under('/volume')], LIMITS);
  });

  test('a bind of a directory of the same filesystem is a mount', async () => {
    await Promise.all([mkdir(under('/source')), mkdir(under('/volume'))]);
    await run('/bin/mount', ['--bind', under('/source'), under('/volume')], LIMITS);
    expect(await checkMountpoint(under('/volume'), [])).toMatchObject({ isMount: true });
    await run('/bin/umount', [under('/volume')], LIMITS);
  });

  test.each([
    '',
    '/',
    '//',
    'relative',
    '/a/../b',
    '/a/./b',
    '/a//b',
    '/a/',
    '/a\n',
    '/a\u0007b',
    'Usage: dvdcli mount',
    '/a\n/b',
  ])('refuses the text %j', async (answer) => {
    await expect(checkMountpoint(answer, [])).rejects.toMatchObject({
      name: 'MountpointError',
      code: 'mountpoint-invalid',
      answer,
    });
  });

  test.each([
    ['nothing', '/none', 'directory-missing'],
    ['a file', '/file', 'directory-other'],
    ['a link to a directory', '/link', 'directory-link'],
    ['something behind a link', '/link/sub', 'directory-link'],
  ])('refuses what is no directory of its own: %s', async (_title, path, cause) => {
    await mkdir(under('/volume/sub'), { recursive: true });
    await writeFile(under('/file'), '');
    await symlink('volume', under('/link'));
    await expect(checkMountpoint(under(path), [])).rejects.toMatchObject({
      code: 'mountpoint-unusable',
      cause: expect.objectContaining({ code: cause }),
    });
  });

  test('holds it to the roots of the policy, by segments', async () => {
    await mkdir(under('/roots/volume'), { recursive: true });
    await mkdir(under('/rootsfoo'));
    const roots = ['/elsewhere', under('/roots')];
    expect(await checkMountpoint(under('/roots/volume'), roots)).toMatchObject({ path: under('/roots/volume') });
    expect(await checkMountpoint(under('/roots'), roots)).toMatchObject({ path: under('/roots') });
    await expect(checkMountpoint(under('/rootsfoo'), roots)).rejects.toMatchObject({
      code: 'mountpoint-outside',
      expected: `a path under "/elsewhere" or "${under('/roots')}", as the policy's mountRoots demand`,
    });
  });
});

describe('openMountpoint', () => {
  test('opens the very directory that was checked', async () => {
    await mkdir(under('/volume'));
    const mountpoint = await checkMountpoint(under('/volume'), []);
    using directory = await openMountpoint(mountpoint);
    expect(await directory.identity()).toEqual(mountpoint.identity);
  });

  test('refuses what is mounted on it since', async () => {
    await mkdir(under('/volume'));
    const mountpoint = await checkMountpoint(under('/volume'), []);
    await run('/bin/mount', ['-t', 'tmpfs', 'none', under('/volume')], LIMITS);
    await expect(openMountpoint(mountpoint)).rejects.toMatchObject({ code: 'directory-replaced' });
    await run('/bin/umount', [under('/volume')], LIMITS);
  });

  test('refuses another directory of the same name', async () => {
    await Promise.all([mkdir(under('/volume')), mkdir(under('/other'))]);
    const mountpoint = await checkMountpoint(under('/volume'), []);
    await rename(under('/volume'), under('/aside'));
    await rename(under('/other'), under('/volume'));
    await expect(openMountpoint(mountpoint)).rejects.toMatchObject({ code: 'directory-replaced' });
  });
});
