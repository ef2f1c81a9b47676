import { chmod, chown, lstat, mkdir, mkdtemp, readdir, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureDirectory, matchOwner, removeDirectory, requireDirectory } from '../../host/system/directory-change.ts';
import { DirectoryError } from '../../host/system/directory-error.ts';
import { startSwapAttack } from '../support/swap-attack.ts';

const ROOT_0755 = { owner: 'root', mode: 0o755 } as const;

let base: string;
beforeEach(async () => {
  base = await mkdtemp('/tmp/dvdi-directory-');
});
afterEach(async () => {
  await rm(base, { recursive: true });
});

function here(path: string) {
  return { within: null, path: join(base, path) };
}

async function shape(path: string) {
  const stats = await stat(join(base, path));
  return { uid: stats.uid, gid: stats.gid, mode: stats.mode & 0o7777 };
}

describe('ensureDirectory', () => {
  test('makes what is missing, exactly as asked, and names it', async () => {
    const umask = process.umask(0o077);
    try {
      using ensured = await ensureDirectory(here('a/b/c'), { owner: 'root', mode: 0o1775 });
      expect(ensured.made).toEqual(['a', 'a/b', 'a/b/c'].map((path) => join(base, path)));
      expect(ensured.directory.path).toBe(join(base, 'a/b/c'));
    } finally {
      process.umask(umask);
    }
    expect(await shape('a')).toEqual({ uid: 0, gid: 0, mode: 0o1775 });
    expect(await shape('a/b/c')).toEqual({ uid: 0, gid: 0, mode: 0o1775 });
  });

  test('leaves what is there as it is', async () => {
    await mkdir(join(base, 'mine'));
    await chown(join(base, 'mine'), 1234, 4321);
    await chmod(join(base, 'mine'), 0o2700);
    using ensured = await ensureDirectory(here('mine'), ROOT_0755);
    expect(ensured.made).toEqual([]);
    expect(await shape('mine')).toEqual({ uid: 1234, gid: 4321, mode: 0o2700 });
  });

  test('owner "parent" takes the owner of each directory above, "root" never does', async () => {
    await mkdir(join(base, 'sandbox'));
    await chown(join(base, 'sandbox'), 1234, 4321);
    await chmod(join(base, 'sandbox'), 0o2755);
    using own = await ensureDirectory(here('sandbox/x/y'), { owner: 'parent', mode: 0o750 });
    expect(own.made).toHaveLength(2);
    expect(await shape('sandbox/x/y')).toEqual({ uid: 1234, gid: 4321, mode: 0o750 });
    using root = await ensureDirectory(here('sandbox/z'), ROOT_0755);
    expect(root.made).toHaveLength(1);
    expect(await shape('sandbox/z')).toEqual({ uid: 0, gid: 0, mode: 0o755 });
  });

  test('under a directory, a path is relative to it', async () => {
    await mkdir(join(base, 'rootfs'));
    using ensured = await ensureDirectory({ within: join(base, 'rootfs'), path: '/tmp/data' }, ROOT_0755);
    expect(ensured.made).toEqual(['/tmp', '/tmp/data']);
    expect((await lstat(join(base, 'rootfs/tmp/data'))).isDirectory()).toBe(true);
    using again = await ensureDirectory({ within: ensured.directory, path: '/deep' }, ROOT_0755);
    expect(again.made).toEqual(['/deep']);
    expect((await lstat(join(base, 'rootfs/tmp/data/deep'))).isDirectory()).toBe(true);
  });

  test('many at once share what is made: each directory is made by exactly one', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => ensureDirectory(here('p/q/r'), ROOT_0755)));
    for (const ensured of all) ensured[Symbol.dispose]();
    expect(all.flatMap(({ made }) => made).sort()).toEqual(['p', 'p/q', 'p/q/r'].map((path) => join(base, path)));
  });

  test('removes what it made when it fails half way, and nothing else', async () => {
    await mkdir(join(base, 'kept'));
    const tooLong = 'x'.repeat(256);
    await expect(ensureDirectory(here(`kept/a/b/${tooLong}`), ROOT_0755)).rejects.toMatchObject({
      code: 'directory-refused',
      errno: 'ENAMETOOLONG',
    });
    expect(await readdir(base)).toEqual(['kept']);
    expect(await readdir(join(base, 'kept'))).toEqual([]);
  });
});

describe('what is refused', () => {
  test.each([
    ['the last component', 'link', 'link'],
    ['a component on the way', 'link/x', 'link'],
    ['a dangling link', 'dangling/x', 'dangling'],
    ['a link to a link', 'twice/x', 'twice'],
    ['a relative link', 'relative/x', 'relative'],
  ])('a link in /tmp: %s', async (_title, path, component) => {
    await mkdir(join(base, 'outside'));
    await symlink(join(base, 'outside'), join(base, 'link'));
    await symlink(join(base, 'nothing'), join(base, 'dangling'));
    await symlink('link', join(base, 'twice'));
    await symlink('./outside', join(base, 'relative'));
    const expected = { name: 'DirectoryError', code: 'directory-link', component: join(base, component) };
    await expect(ensureDirectory(here(path), ROOT_0755)).rejects.toMatchObject(expected);
    await expect(requireDirectory(here(path))).rejects.toMatchObject(expected);
    expect(await readdir(join(base, 'outside'))).toEqual([]);
    expect((await readdir(base)).sort()).toEqual(['dangling', 'link', 'outside', 'relative', 'twice']);
  });

  test('a link under a rootfs, even to a place inside of it', async () => {
    await mkdir(join(base, 'rootfs/real'), { recursive: true });
    await symlink('/real', join(base, 'rootfs/var'));
    const place = { within: join(base, 'rootfs'), path: '/var/data' };
    await expect(ensureDirectory(place, ROOT_0755)).rejects.toMatchObject({
      code: 'directory-link',
      component: '/var',
    });
  });

  test.each([
    ['a file', 'file', 'directory-other'],
    ['something under a file', 'file/x', 'directory-other'],
    ['a missing directory', 'none/x', 'directory-missing'],
  ])('%s', async (_title, path, code) => {
    await writeFile(join(base, 'file'), '');
    await expect(requireDirectory(here(path))).rejects.toMatchObject({ code, path: join(base, path) });
  });

  test.each(['', 'tmp', '/tmp/', '//tmp', '/tmp//x', '/tmp/./x', '/tmp/../etc', '/tmp/x\0y', '.', '..'])(
    'the path %j',
    async (path) => {
      await expect(requireDirectory({ within: null, path })).rejects.toMatchObject({ code: 'path-invalid' });
      await expect(ensureDirectory({ within: base, path }, ROOT_0755)).rejects.toThrow(DirectoryError);
      await expect(removeDirectory({ within: base, path })).rejects.toMatchObject({ code: 'path-invalid' });
    },
  );

  test('the error says where, what and what to do', async () => {
    await symlink('/etc', join(base, 'link'));
    const error = await requireDirectory(here('link/x')).catch((reason: unknown) => reason);
    expect((error as Error).message).toBe(
      `"${base}/link" (on the way to "${base}/link/x"): expected a directory, got a symbolic link, which is only ` +
        'followed where nobody but root can plant one; replace it by a directory or use the path it leads to',
    );
  });
});

describe('removeDirectory', () => {
  test.each([
    ['an empty directory', 'empty', 'removed'],
    ['nothing', 'none', 'missing'],
    ['nothing, its parent missing too', 'none/deep', 'missing'],
    ['a directory with something in it', 'full', 'not-empty'],
    ['a file', 'full/file', 'replaced'],
    ['a link', 'link', 'replaced'],
    ['something behind a link', 'link/empty', 'replaced'],
  ])('%s', async (_title, path, removal) => {
    await mkdir(join(base, 'empty'));
    await mkdir(join(base, 'full'));
    await writeFile(join(base, 'full/file'), '');
    await symlink('full', join(base, 'link'));
    expect(await removeDirectory(here(path))).toBe(removal);
    expect((await readdir(base)).includes('empty')).toBe(removal !== 'removed');
    expect(await readdir(join(base, 'full'))).toEqual(['file']);
  });

  test("the root is nobody's to remove", async () => {
    await expect(removeDirectory({ within: base, path: '/' })).rejects.toMatchObject({ code: 'path-invalid' });
  });

  test('under a directory', async () => {
    await mkdir(join(base, 'rootfs/tmp/data'), { recursive: true });
    expect(await removeDirectory({ within: join(base, 'rootfs'), path: '/tmp/data' })).toBe('removed');
    expect(await readdir(join(base, 'rootfs/tmp'))).toEqual([]);
  });
});

describe('matchOwner', () => {
  test('takes owner, group and every permission bit', async () => {
    await Promise.all([mkdir(join(base, 'volume')), mkdir(join(base, 'model'))]);
    await chown(join(base, 'model'), 1234, 4321);
    await chmod(join(base, 'model'), 0o3771);
    using volume = await requireDirectory(here('volume'));
    using model = await requireDirectory(here('model'));
    await matchOwner(volume, model);
    expect(await shape('volume')).toEqual({ uid: 1234, gid: 4321, mode: 0o3771 });
  });

  test('acts on the open directory, not on its name', async () => {
    await Promise.all([mkdir(join(base, 'volume')), mkdir(join(base, 'model')), mkdir(join(base, 'victim'))]);
    await chmod(join(base, 'model'), 0o777);
    using volume = await requireDirectory(here('volume'));
    using model = await requireDirectory(here('model'));
    await rm(join(base, 'volume'), { recursive: true });
    await symlink('victim', join(base, 'volume'));
    await matchOwner(volume, model);
    expect((await shape('victim')).mode).toBe(0o755);
  });

  test('touches nothing that is alike already', async () => {
    await Promise.all([mkdir(join(base, 'volume')), mkdir(join(base, 'model'))]);
    const before = (await stat(join(base, 'volume'))).ctimeMs;
    using volume = await requireDirectory(here('volume'));
    using model = await requireDirectory(here('model'));
    await matchOwner(volume, model);
    expect((await stat(join(base, 'volume'))).ctimeMs).toBe(before);
  });
});

describe('a handle', () => {
  test('cannot be used once it is closed', async () => {
    const directory = await requireDirectory({ within: null, path: base });
    directory.close();
    directory.close();
    expect(() => directory.fd).toThrow('used after it was closed');
  });

  test('names one segment at a time', async () => {
    using directory = await requireDirectory({ within: null, path: base });
    expect(() => directory.entry('a/b')).toThrow('one path segment');
    expect(() => directory.entry('')).toThrow('one path segment');
  });
});

describe('an attacker who swaps a directory and a link while the walk runs', () => {
  test('never leads anything outside', async () => {
    await mkdir(join(base, 'swapped'));
    await mkdir(join(base, 'outside'));
    const attack = await startSwapAttack(join(base, 'swapped'), join(base, 'outside'));
    const outcomes = { inside: 0, refused: 0 };
    let swaps = 0;
    try {
      for (let round = 0; round < 3_000; round += 1) {
        try {
          using ensured = await ensureDirectory(here(`swapped/x${round % 7}/y`), ROOT_0755);
          expect(await readlink(ensured.directory.self)).toMatch(`${base}/swapped`);
          outcomes.inside += 1;
        } catch (error) {
          if (!(error instanceof DirectoryError)) throw error;
          outcomes.refused += 1;
        }
        const removal = await removeDirectory(here(`swapped/x${round % 7}/y`));
        expect(['removed', 'missing', 'replaced']).toContain(removal);
      }
    } finally {
      swaps = await attack.stop();
    }
    expect(await readdir(join(base, 'outside'))).toEqual([]);
    expect(swaps).toBeGreaterThan(1_000);
    expect(outcomes.inside).toBeGreaterThan(0);
    expect(outcomes.refused).toBeGreaterThan(0);
  }, 60_000);
});
