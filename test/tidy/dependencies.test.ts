import {
  looseVersions,
  undeclaredImports,
  unexplainedDependencies,
  unusedDependencies,
} from '../support/tidy/dependencies.ts';
import { repositoryFiles, type Tree, treeOf } from '../support/tidy/tree.ts';

let tree: Tree;

beforeAll(async () => {
  tree = await repositoryFiles();
});

const manifest = (fields: object) => JSON.stringify(fields);

describe('every dependency has its reason in docs/decisions.md', () => {
  test('here', () => expect(unexplainedDependencies(tree)).toEqual([]));
  test('finds one without, also when its name is part of another', () => {
    const bad = treeOf({
      'package.json': manifest({
        dependencies: { execa: '1.0.0' },
        devDependencies: { jest: '1.0.0', '@swc/jest': '1.0.0' },
      }),
      'docs/decisions.md': '# Decisions\n\n## Why execa?\n\n## Why `@swc/jest`?\n\nIt works with jest.\n',
    });
    expect(unexplainedDependencies(bad)).toEqual([
      'package.json: jest has no section "## Why jest?" in docs/decisions.md',
    ]);
  });
});

describe('every dependency is used', () => {
  test('here', () => expect(unusedDependencies(tree)).toEqual([]));
  test('finds one that nothing imports, runs or names', () => {
    const bad = treeOf({
      'package.json': manifest({
        dependencies: { execa: '1.0.0', '@assemblyscript/loader': '1.0.0', chalk: '1.0.0' },
        devDependencies: {
          typescript: '1.0.0',
          '@types/node': '1.0.0',
          '@types/react': '1.0.0',
          assemblyscript: '1.0.0',
        },
        scripts: { build: 'tsc -p tsconfig.json' },
      }),
      'tsconfig.json': '{"compilerOptions":{"types":["node"]}}',
      'host/a.ts': "import { execa } from 'execa';\nimport { instantiate } from '@assemblyscript/loader/umd';",
    });
    expect(unusedDependencies(bad)).toEqual([
      'package.json: nothing uses chalk',
      'package.json: nothing uses @types/react',
      'package.json: nothing uses assemblyscript',
    ]);
  });
});

describe('every import of a package is declared, for the host as a dependency of its users', () => {
  test('here', () => expect(undeclaredImports(tree)).toEqual([]));
  test('finds one that is not', () => {
    const bad = treeOf({
      'package.json': manifest({ dependencies: { execa: '1.0.0' }, devDependencies: { 'fast-check': '1.0.0' } }),
      'host/a.ts': "import { execa } from 'execa';\nimport fc from 'fast-check';\nimport fs from 'node:fs';",
      'host/admission/page/a.ts': "import fc from 'fast-check';",
      'test/a.test.ts': "import fc from 'fast-check';\nimport chalk from 'chalk/ansi';\nimport './b.ts';",
    });
    expect(undeclaredImports(bad)).toEqual([
      'host/a.ts: imports fast-check, which package.json does not give it',
      'test/a.test.ts: imports chalk, which package.json does not give it',
    ]);
  });
});

describe('two installs give the same packages', () => {
  test('here', () => expect(looseVersions(tree)).toEqual([]));
  test('finds ranges and addresses', () => {
    const bad = treeOf({
      'package.json': manifest({ dependencies: { execa: '^1.0.0' }, devDependencies: { jest: '30.0.0-beta.1' } }),
      'package-lock.json': '{\n  "resolved": "somewhere"\n}',
    });
    expect(looseVersions(bad)).toEqual([
      'package.json: execa is ^1.0.0, not one version',
      'package-lock.json:2: an address of a download',
    ]);
  });
});
