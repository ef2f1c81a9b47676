import { filesLike, repositoryFiles, treeOf } from '../support/tidy/tree.ts';

/**
 * Sources of the core that take memory for something else than the bytes of a text, or keep the padding themselves.
 * Texts are read eight bytes at a time, past their end: `allocateText` of assembly/json/bytes.ts leaves room for it.
 */
const NO_TEXTS = [
  'assembly/abi/arena.ts',
  'assembly/json/bytes.ts',
  'assembly/json/tape.ts',
  'assembly/json/writer.ts',
  'assembly/model/environment.ts',
  'assembly/protobuf/wire-writer.ts',
  'assembly/source/detect.ts',
];

const allocating = (tree: ReadonlyMap<string, string>) =>
  [...filesLike(new Map(tree), /^assembly\/.*\.ts$/)]
    .filter(([, text]) => text.includes('heap.alloc('))
    .map(([path]) => path)
    .sort();

test('memory for texts is taken with the padding that their readers rely on', async () => {
  expect(allocating(await repositoryFiles())).toEqual(NO_TEXTS);
});

test('finds a source that takes memory by itself', () => {
  const tree = treeOf({ 'assembly/a.ts': 'const at = heap.alloc(2);', 'assembly/b.ts': 'const at = allocateText(2);' });
  expect(allocating(tree)).toEqual(['assembly/a.ts']);
});
