import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

import { findDocuments } from '../../../host/admission/documents/paths.ts';
import { useTemporaryDirectory } from '../../support/temporary-directory.ts';

const directory = useTemporaryDirectory();

async function write(...names: readonly string[]): Promise<void> {
  for (const name of names) {
    await mkdir(join(directory.path, name, '..'), { recursive: true });
    await writeFile(join(directory.path, name), '{}');
  }
}

async function found(...operands: readonly string[]): Promise<string[]> {
  const { paths, failures } = await findDocuments(operands.map((operand) => join(directory.path, operand)));
  expect(failures).toEqual([]);
  return paths.map((path) => relative(directory.path, path));
}

test('a folder has its documents, sorted, and nothing that is hidden, of others or not of this kind', async () => {
  await write('b.json', 'a.yaml', 'c/d.yml', 'c/e.txt', '.git/x.json', 'node_modules/y.json', '.hidden.json');
  expect(await found('.')).toEqual(['a.yaml', 'b.json', 'c/d.yml']);
});

test('a link to a file is followed, one to a folder is not', async () => {
  await write('real/a.json', 'apps/b.json');
  await symlink('../real/a.json', join(directory.path, 'apps/link.json'));
  await symlink('../real', join(directory.path, 'apps/folder'));
  await symlink('nowhere.json', join(directory.path, 'apps/dangling.json'));
  await symlink('.', join(directory.path, 'apps/circle'));
  expect(await found('apps')).toEqual(['apps/b.json', 'apps/link.json']);
});

test('a pattern has the files that fit', async () => {
  await write('x/a.json', 'x/y/b.json', 'x/y/c.yaml', 'x/y/d.md');
  expect(await found('x/**/*.json')).toEqual(['x/a.json', 'x/y/b.json']);
  expect(await found('x/y/*.{yaml,json}')).toEqual(['x/y/b.json', 'x/y/c.yaml']);
  expect(await found('x/**')).toEqual(['x/a.json', 'x/y/b.json', 'x/y/c.yaml']);
});

test('a file that is called like a pattern is that file', async () => {
  await write('[a].json', 'a.json');
  expect(await found('[a].json')).toEqual(['[a].json']);
});

test('a file that is named may have any ending, and none is checked twice', async () => {
  await write('app.txt', 'x/a.json');
  expect(await found('app.txt', 'x/a.json', 'x', './x/../x/a.json')).toEqual(['app.txt', 'x/a.json']);
});

test('what is not there is said, and the others are found all the same', async () => {
  await write('x/a.json', 'empty/readme.md');
  const operands = ['x', 'nope.json', '*.xml', 'empty', 'x/a.json/b'].map((name) => join(directory.path, name));
  const { paths, failures } = await findDocuments([...operands, '-']);
  expect(paths).toEqual([join(directory.path, 'x/a.json'), '-']);
  expect(failures.map(({ code }) => code)).toEqual(Array(4).fill('document-missing'));
});

test('a folder that links into itself too often is an error', async () => {
  await symlink('loop', join(directory.path, 'loop'));
  const { failures } = await findDocuments([join(directory.path, 'loop')]);
  expect(failures.map(({ code, got }) => [code, got.includes('ELOOP')])).toEqual([['document-unreadable', true]]);
});
