import { posix } from 'node:path';
import { type Complaint, filesLike, type Tree } from './tree.ts';

const FOLDER = 'host/mesos/';
const SOURCE = /^host\/mesos\/.*\.[ch]pp$/;
const INCLUDE = /^#include [<"](?<path>[^>"]+)[>"]/gmu;

/** Parts of the C++ host from the ground up; those beside each other do not know of each other. */
const FLOORS: readonly (readonly string[])[] = [
  ['documents'],
  ['engine', 'system'],
  ['ledger'],
  ['driver'],
  ['isolator'],
  ['agent', 'module'],
];

/** What only one part may know, by the beginning of the include. */
const OWNED: readonly (readonly [include: RegExp, part: string])[] = [
  [/^wasm(?:time)?(?:\.h|\/)/, 'engine'],
  [/^sqlite3\.h$/, 'ledger'],
  [/^(?:mesos|process|stout)\//, 'module'],
];

const floorOf = (part: string): number => FLOORS.findIndex((floor) => floor.includes(part));

/** Includes of the C++ host that go up or over, that name a file that is not there, or what another part owns. */
export function strayIncludes(tree: Tree): Complaint[] {
  const complaints: Complaint[] = [];
  for (const [path, text] of filesLike(tree, SOURCE)) {
    const own = path.slice(FOLDER.length).split('/')[0] ?? '';
    if (floorOf(own) < 0) complaints.push(`${path}: ${own} has no floor`);
    for (const { groups } of text.matchAll(INCLUDE)) {
      const include = groups?.path ?? '';
      const owner = OWNED.find(([pattern]) => pattern.test(include))?.[1];
      if (owner !== undefined && owner !== own) complaints.push(`${path}: includes ${include}, which is for ${owner}`);
      const other = include.split('/')[0] ?? '';
      if (other === own || floorOf(other) < 0) continue;
      if (!tree.has(FOLDER + include)) complaints.push(`${path}: includes ${include}, which is not there`);
      else if (floorOf(other) >= floorOf(own)) complaints.push(`${path}: includes ${include}, from ${own} to ${other}`);
    }
  }
  return complaints;
}

/** Sources in C++ that no CMakeLists.txt names, by their path or by their name within a folder above them. */
export function unbuiltSources(tree: Tree): Complaint[] {
  const lists = [...filesLike(tree, /(?:^|\/)CMakeLists\.txt$/)];
  return [...filesLike(tree, /^(?:host\/mesos|test\/mesos|bench)\/.*\.cpp$/)]
    .map(([path]) => path)
    .filter((path) => !lists.some(([list, text]) => namesSource(posix.dirname(list), text, path)))
    .map((path) => `${path}: no CMakeLists.txt builds it`);
}

function namesSource(folder: string, list: string, source: string): boolean {
  const relative = posix.relative(folder, source);
  return (
    new RegExp(`(?:^|[\\s"/])${relative.replaceAll('.', '\\.')}(?=[\\s")]|$)`, 'mu').test(list) ||
    list.includes(`/${source}`)
  );
}

/** A loop over a part of what a call has just made: in C++20 the whole is gone before the first round. */
const RANGE = /\bfor \([^;\n]*[^:]: (?:\w+(?:\.|->|::))*(?<callee>\w+)\((?<rest>[^\n]*)/gu;

/** Loops whose range is a part of a temporary. `at` and `front` give a part of what is there already. */
export function danglingRanges(tree: Tree): Complaint[] {
  return [...filesLike(tree, /^(?:host|test)\/mesos\/.*\.[ch]pp$/)].flatMap(([path, text]) =>
    [...text.matchAll(RANGE)]
      .filter(({ groups }) => !/^(?:at|front|back)$/.test(groups?.callee ?? ''))
      .filter(({ groups }) => /\)\.(?:at|front|items|value)\(/.test(groups?.rest ?? ''))
      .map(({ groups }) => `${path}: a loop over a part of what ${groups?.callee} gives`),
  );
}
