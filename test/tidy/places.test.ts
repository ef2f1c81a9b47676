import { strayFiles, strayNames } from '../support/tidy/places.ts';
import { repositoryFiles, type Tree, treeOf } from '../support/tidy/tree.ts';

let tree: Tree;

beforeAll(async () => {
  tree = await repositoryFiles();
});

describe('every folder has its place in the layout', () => {
  test('here', () => expect(strayFiles(tree)).toEqual([]));
  test('finds folders and files that the layout does not know', () => {
    const bad = treeOf({
      'README.md': '',
      'notes.txt': '',
      'host/utilities/a.ts': '',
      'host/cli/render/tree/a.ts': '',
      'assembly/rules/path/a.ts': '',
      'assembly/rules/path/deep/a.ts': '',
      'scripts/a.sh': '',
    });
    expect(strayFiles(bad)).toEqual([
      'notes.txt: does not belong into the root',
      'host/utilities/a.ts: the layout has no folder host/utilities',
      'assembly/rules/path/deep/a.ts: the layout has no folder assembly/rules/path/deep',
      'scripts/a.sh: the layout has no folder scripts',
    ]);
  });
});

describe('file names are kebab-case', () => {
  test('here', () => expect(strayNames(tree)).toEqual([]));
  test('finds other names', () => {
    const bad = treeOf({
      'host/system/mountTable.ts': '',
      'host/system/mount_table.ts': '',
      'host/system/mount-table.ts': '',
      'test/system/mount-table.mount.test.ts': '',
      'test/System/a.test.ts': '',
    });
    expect(strayNames(bad)).toEqual([
      'host/system/mountTable.ts: file names are kebab-case',
      'host/system/mount_table.ts: file names are kebab-case',
      'test/System/a.test.ts: file names are kebab-case',
    ]);
  });
});
