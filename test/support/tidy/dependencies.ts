import { importGraph } from './imports.ts';
import { type Complaint, filesLike, type Tree } from './tree.ts';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
}

/** What the commands of a package are called, where it is not its own name. */
const COMMANDS: Readonly<Record<string, string>> = {
  typescript: 'tsc',
  assemblyscript: 'asc',
  '@biomejs/biome': 'biome',
};

/** Packages that stand for another: types, and the compiler behind jest's transform. */
const COMPANIONS: Readonly<Record<string, string>> = { '@swc/core': '@swc/jest' };

/** Dependencies without a section in docs/decisions.md whose heading asks for them by name. */
export function unexplainedDependencies(tree: Tree): Complaint[] {
  const decisions = tree.get('docs/decisions.md') ?? '';
  const headings = decisions.split('\n').filter((line) => line.startsWith('## '));
  return dependenciesOf(tree)
    .filter((name) => !headings.some((heading) => wordPattern(name).test(heading)))
    .map((name) => `package.json: ${name} has no section "## Why ${name}?" in docs/decisions.md`);
}

/** Dependencies that no source imports, no script runs and no configuration names. */
export function unusedDependencies(tree: Tree): Complaint[] {
  const manifest = manifestOf(tree);
  const scripts = Object.values(manifest.scripts ?? {}).join('\n');
  const sources = [...filesLike(tree, /\.[jt]s$/)].map(([, text]) => text).join('\n');
  const configuration = [...filesLike(tree, /^(?:Makefile|.*tsconfig\.json)$/)].map(([, text]) => text).join('\n');
  const isUsed = (name: string): boolean => {
    const companion = COMPANIONS[name];
    if (companion !== undefined) return isUsed(companion);
    const types = /^@types\/(?<subject>.+)$/.exec(name)?.groups?.subject;
    if (types !== undefined) return configuration.includes(`"${types}"`);
    const command = COMMANDS[name] ?? name;
    return new RegExp(`['"]${escaped(name)}(?:/[^'"]*)?['"]`).test(sources) || wordPattern(command).test(scripts);
  };
  return dependenciesOf(tree)
    .filter((name) => !isUsed(name))
    .map((name) => `package.json: nothing uses ${name}`);
}

/** Packages that a source imports and package.json does not name, or names for development only. */
export function undeclaredImports(tree: Tree): Complaint[] {
  const { dependencies = {}, devDependencies = {} } = manifestOf(tree);
  const complaints: Complaint[] = [];
  for (const { from, specifier } of importGraph(tree, /^(?:host|test|bench|examples)\/.*\.[jt]s$/)) {
    if (/^(?:\.|node:|mesos-module-dvdi$|@jest\/globals$)/.test(specifier)) continue;
    const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
    const declared = isInstalled(from) ? dependencies : { ...dependencies, ...devDependencies };
    if (!(name in declared)) complaints.push(`${from}: imports ${name}, which package.json does not give it`);
  }
  return complaints;
}

/** Whether a source runs with what its users install. The page is bundled: what it imports is in build/page. */
function isInstalled(path: string): boolean {
  return path.startsWith('host/') && !path.startsWith('host/admission/page/');
}

/** Versions that are ranges, and addresses of downloads in the lock file: both make two installs differ. */
export function looseVersions(tree: Tree): Complaint[] {
  const { dependencies = {}, devDependencies = {} } = manifestOf(tree);
  const ranges = Object.entries({ ...dependencies, ...devDependencies })
    .filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))
    .map(([name, version]) => `package.json: ${name} is ${version}, not one version`);
  const resolved = (tree.get('package-lock.json') ?? '')
    .split('\n')
    .flatMap((line, index) =>
      line.includes('"resolved":') ? [`package-lock.json:${index + 1}: an address of a download`] : [],
    );
  return [...ranges, ...resolved];
}

function manifestOf(tree: Tree): Manifest {
  return JSON.parse(tree.get('package.json') ?? '{}');
}

function dependenciesOf(tree: Tree): string[] {
  const { dependencies = {}, devDependencies = {} } = manifestOf(tree);
  return [...Object.keys(dependencies), ...Object.keys(devDependencies)];
}

/** The name as a whole word: `jest` is not in `@swc/jest`. */
function wordPattern(name: string): RegExp {
  return new RegExp(`(?<![\\w@/-])${escaped(name)}(?![\\w/-])`);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
