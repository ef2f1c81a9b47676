import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { requireDirectory } from '../../host/system/directory-change.ts';
import { bind, setPropagation } from '../../host/system/mount.ts';
import { readMountTable } from '../../host/system/mount-table.ts';
import { run } from '../../host/system/process.ts';
import { guardMounts } from '../support/mount-guard.ts';
import { startSwapAttack } from '../support/swap-attack.ts';

const LIMITS = { timeoutMs: 30_000, outputMaxBytes: 65_536 };
const guard = guardMounts();

function at(path: string) {
  return { within: null, path: `${guard.directory}${path}` };
}

async function makeDirectories(...paths: string[]): Promise<void> {
  for (const path of paths) await mkdir(at(path).path, { recursive: true });
}

async function tmpfs(path: string, options = 'mode=755'): Promise<void> {
  await run('/usr/bin/mount', ['-t', 'tmpfs', '-o', options, 'none', at(path).path], LIMITS);
}

async function unmountTree(path: string): Promise<void> {
  await run('/usr/bin/umount', ['--recursive', at(path).path], LIMITS);
}

async function unmountTop(path: string): Promise<void> {
  await run('/usr/bin/umount', [at(path).path], LIMITS);
}

async function bindTo(source: string, target: string, options: { recursive?: boolean; readOnly?: boolean } = {}) {
  using directory = await requireDirectory(at(source));
  await bind({ source: directory, target: at(target), recursive: false, readOnly: false, ...options });
}

async function optionsAt(path: string): Promise<readonly string[] | undefined> {
  return (await readMountTable()).at(at(path).path)?.options;
}

describe('bind', () => {
  test('shows the source at the target, and leaves mounts below behind when not recursive', async () => {
    await makeDirectories('/source/sub', '/target');
    await tmpfs('/source/sub');
    await writeFile(at('/source/sub/hidden').path, '');
    await bindTo('/source', '/target');
    expect(await readdir(at('/target').path)).toEqual(['sub']);
    expect(await readdir(at('/target/sub').path)).toEqual([]);
    await unmountTree('/target');
    await bindTo('/source', '/target', { recursive: true });
    expect(await readdir(at('/target/sub').path)).toEqual(['hidden']);
    await unmountTree('/target');
    await unmountTree('/source/sub');
  });

  test('the target under an open directory', async () => {
    await makeDirectories('/source', '/rootfs/var/data');
    using source = await requireDirectory(at('/source'));
    using rootfs = await requireDirectory(at('/rootfs'));
    await bind({ source, target: { within: rootfs, path: '/var/data' }, recursive: true, readOnly: false });
    expect(await optionsAt('/rootfs/var/data')).toBeDefined();
    await unmountTree('/rootfs/var/data');
  });

  test('stacks on what is mounted there already', async () => {
    await makeDirectories('/source', '/target');
    await writeFile(at('/source/file').path, '');
    await tmpfs('/target');
    await bindTo('/source', '/target', { readOnly: true });
    expect(await readdir(at('/target').path)).toEqual(['file']);
    await unmountTop('/target');
    expect(await readdir(at('/target').path)).toEqual([]);
    expect(await optionsAt('/target')).toContain('rw');
    await unmountTop('/target');
  });

  test.each([
    ['the target', '/link', 'directory-link'],
    ['a directory on the way to the target', '/link/sub', 'directory-link'],
    ['nothing', '/none', 'directory-missing'],
  ])('refuses a link: %s', async (_title, path, code) => {
    await makeDirectories('/source', '/outside/sub');
    await symlink(at('/outside').path, at('/link').path);
    await expect(bindTo('/source', path)).rejects.toMatchObject({ code });
  });
});

describe('a read-only bind', () => {
  test('is one mount only: the source stays writable', async () => {
    await makeDirectories('/source', '/target');
    await bindTo('/source', '/target', { readOnly: true });
    await expect(writeFile(at('/target/file').path, '')).rejects.toMatchObject({ code: 'EROFS' });
    await writeFile(at('/source/file').path, '');
    expect(await readdir(at('/target').path)).toEqual(['file']);
    await unmountTree('/target');
  });

  test('keeps the flags that the source has', async () => {
    await makeDirectories('/source', '/target');
    await tmpfs('/source', 'nosuid,nodev,noexec,noatime');
    await bindTo('/source', '/target', { readOnly: true });
    expect(await optionsAt('/target')).toEqual(['ro', 'nosuid', 'nodev', 'noexec', 'noatime']);
    await unmountTree('/target');
    await unmountTree('/source');
  });

  test('leaves no mount below it writable', async () => {
    await makeDirectories('/source/a', '/source/b c', '/target');
    await tmpfs('/source/a', 'nosuid');
    await makeDirectories('/source/a/deep');
    await tmpfs('/source/a/deep');
    await tmpfs('/source/b c');
    await bindTo('/source', '/target', { recursive: true, readOnly: true });
    for (const path of ['/target', '/target/a', '/target/a/deep', '/target/b c']) {
      expect(await optionsAt(path)).toContain('ro');
      await expect(writeFile(at(`${path}/file`).path, '')).rejects.toMatchObject({ code: 'EROFS' });
    }
    expect(await optionsAt('/target/a')).toContain('nosuid');
    expect(await optionsAt('/source/a/deep')).toContain('rw');
    await unmountTree('/target');
    await unmountTree('/source/a');
    await unmountTree('/source/b c');
  });

  test('is refused when a mount lies hidden below it', async () => {
    await makeDirectories('/source/a', '/target');
    await tmpfs('/source/a');
    await tmpfs('/source/a');
    await expect(bindTo('/source', '/target', { recursive: true, readOnly: true })).rejects.toMatchObject({
      name: 'MountError',
      code: 'mount-hidden',
      path: at('/target/a').path,
    });
    await unmountTree('/target');
    await unmountTree('/source/a');
    await unmountTree('/source/a');
  });
});

describe('propagation', () => {
  test('is changed by fd and shows in the table', async () => {
    await makeDirectories('/mount');
    await tmpfs('/mount');
    {
      using mount = await requireDirectory(at('/mount'));
      await setPropagation(mount, 'shared');
      expect((await readMountTable()).at(at('/mount').path)?.propagation.shared).toBeGreaterThan(0);
      await setPropagation(mount, 'slave');
      await setPropagation(mount, 'private');
      expect((await readMountTable()).at(at('/mount').path)?.propagation.shared).toBeNull();
    }
    await unmountTop('/mount');
  });
});

describe('an attacker who swaps the target and a link while it is bound', () => {
  test('never has anything mounted outside', async () => {
    await makeDirectories('/source', '/swapped/target', '/outside/target');
    const outside = at('/outside').path;
    const attack = await startSwapAttack(at('/swapped').path, outside);
    const outcomes = { bound: 0, refused: 0 };
    try {
      for (let round = 0; round < 150; round += 1) {
        await bindTo('/source', '/swapped/target').then(
          () => {
            outcomes.bound += 1;
          },
          (error: Error) => {
            expect(['DirectoryError', 'MountError']).toContain(error.name);
            outcomes.refused += 1;
          },
        );
        const below = (await readMountTable()).entries.filter(({ mountpoint }) => mountpoint.startsWith(outside));
        expect(below).toEqual([]);
      }
    } finally {
      await attack.stop();
    }
    expect(outcomes.bound).toBeGreaterThan(0);
    expect(outcomes.refused).toBeGreaterThan(0);
    const left = (await readMountTable()).entries.filter(({ mountpoint }) => mountpoint.startsWith(guard.directory));
    for (const { mountpoint } of left) await run('/usr/bin/umount', ['--lazy', mountpoint], LIMITS);
  }, 60_000);
});
