import { posix } from 'node:path';
import type { Tree } from './tree.ts';

/** One `import` or `export … from`. */
export interface Import {
  readonly from: string;
  /** As written. */
  readonly specifier: string;
  /** The file of the tree, or null when it is none: a package, `node:`, or missing. */
  readonly to: string | null;
  /** Nothing of it is left at run time. */
  readonly typeOnly: boolean;
}

const STATEMENT = /^[ \t]*(?:import|export)\b(?<what>[^'";]*?)\bfrom\s*(['"])(?<specifier>[^'"]+)\2/gm;
const BARE = /^[ \t]*import\s*(['"])(?<specifier>[^'"]+)\1/gm;
const DYNAMIC = /\bimport\(\s*(['"])(?<specifier>[^'"]+)\1/g;

/** Every import of a source, in the order of the three ways to write one. */
export function importsOf(tree: Tree, from: string): Import[] {
  const text = tree.get(from) ?? '';
  return [STATEMENT, BARE, DYNAMIC].flatMap((pattern) =>
    [...text.matchAll(pattern)].map(({ groups }) => {
      const specifier = groups?.specifier ?? '';
      const typeOnly = /^\s*type\b/.test(groups?.what ?? '');
      return { from, specifier, to: resolveImport(tree, from, specifier), typeOnly };
    }),
  );
}

/** Relative specifiers only: with its ending (hosts, tests), without it or of a folder's index (AssemblyScript). */
function resolveImport(tree: Tree, from: string, specifier: string): string | null {
  if (!specifier.startsWith('.')) return null;
  const path = posix.join(posix.dirname(from), specifier);
  return [path, `${path}.ts`, `${path}/index.ts`].find((each) => tree.has(each)) ?? null;
}

/** All imports between files of the tree whose paths match. */
export function importGraph(tree: Tree, files: RegExp): Import[] {
  return [...tree.keys()].filter((path) => files.test(path)).flatMap((path) => importsOf(tree, path));
}

/**
 * Circles in a graph, each once, as the list of its nodes.
 * @param edges from each node
 */
export function circles(edges: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (node: string) => {
    const at = path.indexOf(node);
    if (at >= 0) found.push(path.slice(at));
    if (at >= 0 || done.has(node)) return;
    path.push(node);
    for (const next of edges.get(node) ?? []) visit(next);
    path.pop();
    done.add(node);
  };
  for (const node of [...edges.keys()].sort()) visit(node);
  return found;
}
