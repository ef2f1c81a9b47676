import { deadPages, deadSources } from '../support/tidy/dead-files.ts';
import { repositoryFiles, type Tree, treeOf } from '../support/tidy/tree.ts';

let tree: Tree;

beforeAll(async () => {
  tree = await repositoryFiles();
});

describe('every source is reached from an entry or a test', () => {
  test('here', () => expect(deadSources(tree)).toEqual([]));

  test('finds what nothing reaches, and what only that reaches', () => {
    const bad = treeOf({
      'package.json': '{"bin":{"dvdi":"build/host/cli/dvdi.js"},"scripts":{"a":"node bench/run.ts"}}',
      'host/cli/dvdi.ts': "import { run } from './run.ts';",
      'host/cli/run.ts': "const worker = new URL('./worker.ts', import.meta.url);",
      'host/cli/worker.ts': '',
      'host/cli/dead.ts': "import './deader.ts';",
      'host/cli/deader.ts': '',
      'host/system/tested.ts': '',
      'bench/run.ts': '',
      'test/tested.test.ts': "import '../host/system/tested.ts';\nspawn('test/support/child.ts');",
      'test/support/child.ts': '',
      'assembly/index.ts': 'import { a } from "./json";',
      'assembly/json/index.ts': '',
      'assembly/dead.ts': '',
    });
    expect(deadSources(bad).sort()).toEqual([
      'assembly/dead.ts: no entry and no test reaches it',
      'host/cli/dead.ts: no entry and no test reaches it',
      'host/cli/deader.ts: no entry and no test reaches it',
    ]);
  });
});

describe('every page is linked, and every link leads somewhere', () => {
  test('here', () => expect(deadPages(tree)).toEqual([]));

  test('finds a page that no link leads to, and a link to nothing', () => {
    const bad = treeOf({
      'README.md':
        'See [docs](docs/a.md#part), [examples](examples/), [web](https://example.org) and [no](docs/gone.md).',
      'docs/a.md': '[b](abi/b.md)',
      'docs/abi/b.md': '[a](../a.md)',
      'docs/dead.md': '[a](a.md)',
      'examples/a.json': '{}',
    });
    expect(deadPages(bad)).toEqual([
      'README.md: links to docs/gone.md, which is not there',
      'docs/dead.md: no link leads to it from README.md',
    ]);
  });

  test('finds that there is no README.md', () => {
    expect(deadPages(treeOf({ 'docs/a.md': '' }))).toEqual(['README.md: there is none']);
  });
});
