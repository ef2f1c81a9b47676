import { chmod, chown, mkdir, readdir, symlink } from 'node:fs/promises';
import { ensureDirectory, removeDirectory, requireDirectory } from '../../host/system/directory-change.ts';
import { walk } from '../../host/system/directory-walk.ts';
import { run } from '../../host/system/process.ts';
import { guardMounts } from '../support/mount-guard.ts';

const LIMITS = { timeoutMs: 30_000, outputMaxBytes: 65_536 };
const guard = guardMounts();

describe('a walk', () => {
  /** A fresh filesystem at a place where everything above belongs to root: only there may links be followed. */
  beforeEach(async () => {
    await run('/usr/bin/mount', ['-t', 'tmpfs', '-o', 'mode=755', 'none', '/srv'], LIMITS);
    await mkdir('/srv/real/deep', { recursive: true });
  });
  afterEach(async () => {
    await run('/usr/bin/umount', ['/srv'], LIMITS);
  });

  async function reached(path: string): Promise<string> {
    using directory = await walk({ within: null, path });
    return directory.path;
  }

  describe('where only root can write, links are followed', () => {
    test.each([
      ['absolute', '/srv/real'],
      ['relative', 'real'],
      ['with dots in it', '../srv/./real/../real/'],
      ['through the root', '/srv/../srv/real'],
    ])('%s', async (_title, text) => {
      await symlink(text, '/srv/link');
      using direct = await requireDirectory({ within: null, path: '/srv/real/deep' });
      using linked = await requireDirectory({ within: null, path: '/srv/link/deep' });
      expect(await linked.identity()).toEqual(await direct.identity());
      expect(linked.isTrusted).toBe(true);
    });

    test('a chain of 40, and none of 41', async () => {
      await symlink('real', '/srv/l1');
      for (let n = 2; n <= 41; n += 1) await symlink(`l${n - 1}`, `/srv/l${n}`);
      expect(await reached('/srv/l40/deep')).toBe('/srv/real/deep');
      await expect(reached('/srv/l41')).rejects.toMatchObject({ code: 'directory-loop', path: '/srv/l41' });
    });

    test('a link to itself ends', async () => {
      await symlink('self', '/srv/self');
      await expect(reached('/srv/self')).rejects.toMatchObject({ code: 'directory-loop' });
    });

    test('a directory behind a link is made, the target of a dangling link never', async () => {
      await symlink('real', '/srv/link');
      await symlink('nowhere/x', '/srv/dangling');
      using ensured = await ensureDirectory({ within: null, path: '/srv/link/new' }, { owner: 'root', mode: 0o755 });
      expect(ensured.made).toEqual(['/srv/link/new']);
      expect(await removeDirectory({ within: null, path: '/srv/link/new' })).toBe('removed');
      await expect(
        ensureDirectory({ within: null, path: '/srv/dangling/y' }, { owner: 'root', mode: 0o755 }),
      ).rejects.toMatchObject({ code: 'directory-missing' });
      expect((await readdir('/srv')).sort()).toEqual(['dangling', 'link', 'real']);
    });
  });

  describe('trust ends', () => {
    test.each([
      ['a directory of another user', async (path: string) => chown(path, 1234, 0)],
      ['a directory its group may write to', async (path: string) => chmod(path, 0o775)],
      ['a directory others may write to', async (path: string) => chmod(path, 0o757)],
      ['a sticky directory others may write to', async (path: string) => chmod(path, 0o1777)],
    ])('in %s', async (_title, spoil) => {
      await symlink('deep', '/srv/real/link');
      expect(await reached('/srv/real/link')).toBe('/srv/real/deep');
      await spoil('/srv/real');
      await expect(reached('/srv/real/link')).rejects.toMatchObject({
        code: 'directory-link',
        component: '/srv/real/link',
      });
    });

    test('for good: a directory of root under one that is open to all is no better', async () => {
      await mkdir('/srv/open/closed/deep', { recursive: true });
      await chmod('/srv/open', 0o1777);
      await symlink('deep', '/srv/open/closed/link');
      await expect(reached('/srv/open/closed/link')).rejects.toMatchObject({ code: 'directory-link' });
    });

    test('behind a link that led through an open directory', async () => {
      await mkdir('/srv/open/closed', { recursive: true });
      await chmod('/srv/open', 0o777);
      await symlink('/srv/open/closed', '/srv/in');
      await symlink('/srv/real', '/srv/open/closed/out');
      expect(await reached('/srv/in')).toBe('/srv/open/closed');
      await expect(reached('/srv/in/out')).rejects.toMatchObject({ code: 'directory-link' });
    });

    test('under a rootfs, whoever owns it; the way to the rootfs itself may have links', async () => {
      await symlink('/srv/real', '/srv/rootfs');
      await symlink('deep', '/srv/real/link');
      using deep = await walk({ within: '/srv/rootfs', path: '/deep' });
      expect(deep.isTrusted).toBe(false);
      await expect(walk({ within: '/srv/rootfs', path: '/link' })).rejects.toMatchObject({ code: 'directory-link' });
    });
  });

  describe('mounts', () => {
    test('a walk enters the topmost of stacked mounts', async () => {
      await run('/usr/bin/mount', ['-t', 'tmpfs', 'lower', guard.directory], LIMITS);
      await mkdir(`${guard.directory}/lower`);
      await run('/usr/bin/mount', ['-t', 'tmpfs', 'upper', guard.directory], LIMITS);
      try {
        await mkdir(`${guard.directory}/upper`);
        expect(await reached(`${guard.directory}/upper`)).toBe(`${guard.directory}/upper`);
        await expect(reached(`${guard.directory}/lower`)).rejects.toMatchObject({ code: 'directory-missing' });
      } finally {
        await run('/usr/bin/umount', [guard.directory], LIMITS);
        await run('/usr/bin/umount', [guard.directory], LIMITS);
      }
    });

    test('a directory that something is mounted on is busy, and stays', async () => {
      await mkdir(`${guard.directory}/on`);
      await run('/usr/bin/mount', ['-t', 'tmpfs', 'none', `${guard.directory}/on`], LIMITS);
      expect(await removeDirectory({ within: null, path: `${guard.directory}/on` })).toBe('busy');
      await run('/usr/bin/umount', [`${guard.directory}/on`], LIMITS);
      expect(await removeDirectory({ within: null, path: `${guard.directory}/on` })).toBe('removed');
    });

    test('a read-only filesystem is a refusal with its errno', async () => {
      await run('/usr/bin/mount', ['-t', 'tmpfs', '-o', 'ro', 'none', guard.directory], LIMITS);
      const place = { within: null, path: `${guard.directory}/new` };
      await expect(ensureDirectory(place, { owner: 'root', mode: 0o755 })).rejects.toMatchObject({
        code: 'directory-refused',
        errno: 'EROFS',
      });
      await run('/usr/bin/umount', [guard.directory], LIMITS);
    });
  });
});
