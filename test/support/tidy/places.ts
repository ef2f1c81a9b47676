import type { Complaint, Tree } from './tree.ts';

/**
 * Every folder that holds files, and nothing else (design.md, "Layout"). `*` is any folder right there, `**` anything
 * below. A new folder is a decision: it gets its line here.
 */
const FOLDERS: readonly string[] = [
  '.',
  '.ci',
  'assembly',
  'assembly/{abi,json,protobuf,model,source,admit,plan}',
  'assembly/rules',
  'assembly/rules/*',
  'bench',
  'bench/{children,figures,rego}',
  'compiler',
  'compiler/page',
  'docs',
  'docs/abi',
  'examples/**',
  'host',
  'host/{core,system,isolator}',
  'host/isolator/{ledger,log}',
  'host/driver',
  'host/driver/{dvdcli,plugin,local}',
  'host/admission/**',
  'host/cli/**',
  'host/mesos/**',
  'test/**',
];

/** Files right in the root: those that their tools look for there. */
const ROOT_FILES: readonly string[] = [
  '.gitignore',
  '.npmrc',
  '.pre-commit-hooks.yaml',
  'CHANGELOG.md',
  'LICENSE',
  'Makefile',
  'README.md',
  'asconfig.json',
  'biome.json',
  'bundle.ts',
  'jest.config.js',
  'package-lock.json',
  'package.json',
  'tsconfig.json',
];

/** Files and folders that the layout does not know. */
export function strayFiles(tree: Tree, folders: readonly string[] = FOLDERS): Complaint[] {
  const patterns = folders.map(patternOf);
  const complaints: Complaint[] = [];
  for (const path of tree.keys()) {
    const slash = path.lastIndexOf('/');
    const folder = slash < 0 ? '.' : path.slice(0, slash);
    if (!patterns.some((pattern) => pattern.test(folder)))
      complaints.push(`${path}: the layout has no folder ${folder}`);
    else if (folder === '.' && !ROOT_FILES.includes(path)) complaints.push(`${path}: does not belong into the root`);
  }
  return complaints;
}

/** Sources whose names are not small letters, digits and hyphens. */
export function strayNames(tree: Tree): Complaint[] {
  return [...tree.keys()]
    .filter((path) => /^(?:assembly|compiler|host|test|bench|examples)\/.*\.ts$/.test(path))
    .filter((path) => !/^(?:[a-z0-9-]+\/)+[a-z0-9-]+(?:\.mount)?(?:\.test)?\.ts$/.test(path))
    .map((path) => `${path}: file names are kebab-case`);
}

function patternOf(folder: string): RegExp {
  const source = folder
    .replaceAll('.', '\\.')
    .replaceAll(/\{([^}]+)\}/g, (_, names: string) => `(?:${names.replaceAll(',', '|')})`)
    .replace(/\/\*\*$/, '(?:/.*)?')
    .replaceAll(/\/\*(?=\/|$)/g, '/[^/]+');
  return new RegExp(`^${source}$`);
}
