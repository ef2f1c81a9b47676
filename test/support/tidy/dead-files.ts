import { posix } from 'node:path';
import { importsOf } from './imports.ts';
import { type Complaint, filesLike, type Tree } from './tree.ts';

/** Files that something outside of the sources starts: a package's user, make, jest, the compiler. */
const ENTRIES = /^(?:assembly\/index\.ts|test\/.*\.test\.ts)$/;
/** Files whose text names sources by path: each such name is a use. */
const NAMING = /^(?:package\.json|Makefile|jest\.config\.js|asconfig\.json|biome\.json|tsconfig\.json)$/;
const SOURCE = /^(?:assembly|compiler|host|test|bench|examples)\/.*\.(?:ts|js)$/;

/** Any name of a source in quotes, or as a word of a command. */
const NAMED = /[\w@.<>/-]+\.(?:ts|js)\b/g;

/** Sources that neither an entry nor a test reaches. */
export function deadSources(tree: Tree): Complaint[] {
  const reached = new Set<string>();
  const visit = (path: string) => {
    if (reached.has(path)) return;
    reached.add(path);
    for (const { to } of importsOf(tree, path)) if (to !== null) visit(to);
    for (const name of namesIn(tree, path)) visit(name);
  };
  for (const [path] of tree) if (ENTRIES.test(path)) visit(path);
  for (const [path] of filesLike(tree, NAMING)) for (const name of namesIn(tree, path)) visit(name);
  return [...filesLike(tree, SOURCE)]
    .map(([path]) => path)
    .filter((path) => !reached.has(path))
    .map((path) => `${path}: no entry and no test reaches it`);
}

/** Sources that a file's text names by their path from the root, from the file, or from build/, where they end up. */
function* namesIn(tree: Tree, path: string): Generator<string> {
  const text = tree.get(path) ?? '';
  for (const [name] of text.matchAll(NAMED)) {
    const plain = name.replace(/^<rootDir>\//, '').replace(/^\.\//, '');
    const source = plain.replace(/^build\//, '').replace(/(?:\.d\.ts|\.js)$/, '.ts');
    const beside = posix.join(posix.dirname(path), plain);
    const found = [plain, source, beside].find((each) => each !== path && tree.has(each));
    if (found !== undefined) yield found;
  }
}

const LINK = /\]\((?<target>[^)\s#]+)(?:#[^)\s]*)?\)/g;

/** Pages of docs/ that no path of links from README.md reaches, and links that lead nowhere. */
export function deadPages(tree: Tree): Complaint[] {
  if (!tree.has('README.md')) return ['README.md: there is none'];
  const complaints: Complaint[] = [];
  const reached = new Set<string>();
  const visit = (page: string) => {
    if (reached.has(page)) return;
    reached.add(page);
    for (const { groups } of (tree.get(page) ?? '').matchAll(LINK)) {
      const target = groups?.target ?? '';
      if (/^[a-z]+:/.test(target)) continue;
      const path = posix.join(posix.dirname(page), target);
      const isFolder = [...tree.keys()].some((each) => each.startsWith(`${path.replace(/\/$/, '')}/`));
      if (!tree.has(path) && !isFolder) complaints.push(`${page}: links to ${target}, which is not there`);
      else if (path.endsWith('.md')) visit(path);
    }
  };
  visit('README.md');
  const unreached = [...filesLike(tree, /^docs\/.*\.md$/)].map(([path]) => path).filter((path) => !reached.has(path));
  return [...complaints, ...unreached.map((path) => `${path}: no link leads to it from README.md`)];
}
