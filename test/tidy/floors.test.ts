import { CORE, HOST, importCircles, nodeImports, upwardImports } from '../support/tidy/floors.ts';
import { repositoryFiles, type Tree, treeOf } from '../support/tidy/tree.ts';

/** What `host/core` may import beside its own files: it runs in a browser too. */
const BROWSER_PACKAGES = ['@assemblyscript/loader'];

let tree: Tree;

beforeAll(async () => {
  tree = await repositoryFiles();
});

test('both buildings are there', () => {
  expect([...tree.keys()]).toEqual(expect.arrayContaining(['assembly/index.ts', 'host/core/index.ts']));
});

describe.each([
  ['assembly', CORE],
  ['host', HOST],
])('%s', (_, building) => {
  test('no import goes up', () => expect(upwardImports(tree, building)).toEqual([]));
  test('no circles', () => expect(importCircles(tree, building)).toEqual([]));
});

test('host/core imports nothing of Node', () => expect(nodeImports(tree, BROWSER_PACKAGES)).toEqual([]));

describe('finds', () => {
  test('an import that goes up, with and without endings, of types too', () => {
    const bad = treeOf({
      'assembly/json/reader.ts': 'import { Finding } from "../model/finding";',
      'assembly/model/finding.ts': 'import { readJson } from "../json/reader";',
      'host/driver/a.ts':
        "import type { Isolator } from '../isolator/isolator.ts';\nimport { walk } from '../system/walk.ts';",
      'host/isolator/isolator.ts': '',
      'host/system/walk.ts': '',
    });
    expect(upwardImports(bad, CORE)).toEqual([
      'assembly/json/reader.ts: imports ../model/finding, from json up to model',
    ]);
    expect(upwardImports(bad, HOST)).toEqual([
      'host/driver/a.ts: imports ../isolator/isolator.ts, from driver up to isolator',
    ]);
  });

  test('an import between system and core, and one out of the building', () => {
    const bad = treeOf({
      'host/core/index.ts': "import { walk } from '../system/walk.ts';",
      'host/system/walk.ts': "export * from '../../test/support/walk.ts';",
      'test/support/walk.ts': '',
    });
    expect(upwardImports(bad, HOST)).toEqual([
      'host/core/index.ts: imports ../system/walk.ts, from core over to system',
      'host/system/walk.ts: imports ../../test/support/walk.ts, outside of host/',
    ]);
  });

  test('a part that has no floor', () => {
    const bad = treeOf({ 'host/helpers/a.ts': "import '../system/walk.ts';", 'host/system/walk.ts': '' });
    expect(upwardImports(bad, HOST)).toEqual(['host/helpers/a.ts: helpers has no floor']);
  });

  test('circles of files and of parts', () => {
    const bad = treeOf({
      'host/system/a.ts': "import { b } from './b.ts';",
      'host/system/b.ts': "const { c } = await import('./c.ts');",
      'host/system/c.ts': "export { a } from './a.ts';",
      'host/cli/a.ts': "import type { B } from './b.ts';",
      'host/cli/b.ts': "import { a } from './a.ts';",
      'assembly/source/a.ts': 'import { b } from "../rules/b";',
      'assembly/rules/b.ts': '',
      'assembly/rules/c.ts': 'import { d } from "../source/d";',
      'assembly/source/d.ts': '',
    });
    expect(importCircles(bad, HOST)).toEqual([
      'host/system/a.ts → host/system/b.ts → host/system/c.ts → host/system/a.ts: a circle',
    ]);
    expect(importCircles(bad, CORE)).toEqual(['rules → source → rules: a circle']);
  });

  test('what a browser does not have', () => {
    const bad = treeOf({
      'host/core/index.ts':
        "import { readFile } from 'node:fs/promises';\nimport loader from '@assemblyscript/loader';",
    });
    expect(nodeImports(bad, BROWSER_PACKAGES)).toEqual([
      'host/core/index.ts: imports node:fs/promises; host/core runs in a browser too',
    ]);
  });
});
