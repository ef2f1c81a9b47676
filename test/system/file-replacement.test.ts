import { chmod, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { FileChangedError, replaceFile, writeOutput } from '../../host/system/file-replacement.ts';
import { useTemporaryDirectory } from '../support/temporary-directory.ts';

const directory = useTemporaryDirectory();
const path = (name: string): string => join(directory.path, name);

test('a file is replaced as a whole and keeps its mode; nothing else is left', async () => {
  await writeFile(path('a'), 'old');
  await chmod(path('a'), 0o4751);
  const { ino } = await stat(path('a'));
  await replaceFile(path('a'), Buffer.from('new'), Buffer.from('old'));
  expect(await readFile(path('a'), 'utf8')).toBe('new');
  const after = await stat(path('a'));
  expect(after.mode & 0o7777).toBe(0o4751);
  expect(after.ino).not.toBe(ino);
  expect(await readdir(directory.path)).toEqual(['a']);
});

test('behind a link the file is replaced and the link stays', async () => {
  await mkdir(path('real'));
  await writeFile(path('real/a'), 'old');
  await symlink('real/a', path('link'));
  await replaceFile(path('link'), Buffer.from('new'), Buffer.from('old'));
  expect(await readlink(path('link'))).toBe('real/a');
  expect(await readFile(path('real/a'), 'utf8')).toBe('new');
});

test('a file that somebody else has changed is left alone', async () => {
  await writeFile(path('a'), 'changed');
  await expect(replaceFile(path('a'), Buffer.from('new'), Buffer.from('old'))).rejects.toThrow(FileChangedError);
  expect(await readFile(path('a'), 'utf8')).toBe('changed');
  expect(await readdir(directory.path)).toEqual(['a']);
});

test('an output is a new file with the usual mode, or an old one as a whole', async () => {
  const mask = process.umask(0o027);
  try {
    await writeOutput(path('new'), 'text');
  } finally {
    process.umask(mask);
  }
  expect((await stat(path('new'))).mode & 0o777).toBe(0o640);
  await chmod(path('new'), 0o600);
  await writeOutput(path('new'), 'more');
  expect(await readFile(path('new'), 'utf8')).toBe('more');
  expect((await stat(path('new'))).mode & 0o777).toBe(0o600);
  expect(await readdir(directory.path)).toEqual(['new']);
});

test('what is no regular file is written as it is', async () => {
  await writeOutput('/dev/null', 'text');
  expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
  await writeFile(path('real'), 'old');
  await symlink('real', path('link'));
  await writeOutput(path('link'), 'new');
  expect(await readlink(path('link'))).toBe('real');
  expect(await readFile(path('real'), 'utf8')).toBe('new');
});

test('a place where nothing can be written is an error, and nothing is left', async () => {
  await expect(writeOutput(path('none/a'), 'x')).rejects.toMatchObject({ code: 'ENOENT' });
  await mkdir(path('folder'));
  await expect(writeOutput(path('folder'), 'x')).rejects.toMatchObject({ code: 'EISDIR' });
  expect(await readdir(directory.path)).toEqual(['folder']);
});
