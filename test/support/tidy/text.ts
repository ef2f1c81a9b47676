import { type Complaint, filesLike, type Tree } from './tree.ts';

/** Sources that people read and change. */
const SOURCE = /\.(?:[cm]?[jt]s|[ch]pp|h|cc)$|(?:^|\/)Makefile$|^\.ci\//;

const LINES_MAX = 400;
const COLUMNS_MAX = 120;

/** Tables: long because they list, one line an entry. Each must be over the limit, or it leaves this list. */
const TABLES: readonly string[] = [];

/** Past 400 lines a file holds more than one idea (style.md, rule 2). */
export function longFiles(tree: Tree, tables: readonly string[] = TABLES): Complaint[] {
  const complaints: Complaint[] = [];
  for (const [path, text] of filesLike(tree, SOURCE)) {
    const lines = text.split('\n').length - 1;
    if (lines > LINES_MAX && !tables.includes(path)) complaints.push(`${path}: ${lines} lines, ${LINES_MAX} at most`);
  }
  for (const table of tables) {
    const text = tree.get(table);
    if (text === undefined) complaints.push(`${table}: listed as a table, and not there`);
    else if (text.split('\n').length - 1 <= LINES_MAX) complaints.push(`${table}: listed as a table, and short enough`);
  }
  return complaints;
}

/** A line of nothing but an address, a literal text or a pattern may be longer: there is no place to break it. */
export function longLines(tree: Tree): Complaint[] {
  const complaints: Complaint[] = [];
  for (const [path, text] of filesLike(tree, SOURCE)) {
    text.split('\n').forEach((line, index) => {
      const isWhole = /^\W*https?:\/\/\S+$|^(?:'[^']*'|"[^"]*"|`[^`]*`|\/\S+\/[a-z]*)(?:[,;]| \+)?$/.test(line.trim());
      if (line.length > COLUMNS_MAX && !isWhole) {
        complaints.push(`${path}:${index + 1}: ${line.length} columns, ${COLUMNS_MAX} at most`);
      }
    });
  }
  return complaints;
}

/** Written in halves, so that this file passes its own test. */
const LEFT_FOR_LATER = ['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'];

/** Work that is left for later belongs into an issue. */
export function bannedWords(tree: Tree): Complaint[] {
  const pattern = new RegExp(`\\b(?:${LEFT_FOR_LATER.join('|')})\\b`);
  return matches(tree, /^(?!package-lock\.json$)/, pattern, (word) => `the word ${word}`);
}

/** A test that does not run, or that keeps the others from running. */
export function skippedTests(tree: Tree): Complaint[] {
  const pattern = /\b(?:it|test|describe)\.(?:skip|only|todo|failing)\b|\b(?:xit|xtest|xdescribe|fit|fdescribe)\(/;
  return matches(tree, /^test\/.*\.ts$/, pattern, (call) => `${call}: every test runs`);
}

/** Where tests wait for a condition with a deadline: the one place that may pause between two looks. */
const WAITING_FILE = 'test/support/wait-for.ts';

/** A pause that hopes that something has happened by then. */
export function sleeps(tree: Tree): Complaint[] {
  const pauses = [
    /\bsetTimeout\b[^;]*\bfrom\s+'node:timers\/promises'/,
    /\bsetTimeout\(\s*(?:resolve|done|r)\b/,
    /\bAtomics\.wait\b/,
    /\bawait (?:sleep|delay|setTimeout)\(/,
  ];
  const pattern = new RegExp(pauses.map(({ source }) => source).join('|'));
  const files = new Map([...tree].filter(([path]) => path !== WAITING_FILE));
  return matches(files, /^test\/.*\.ts$/, pattern, (call) => `${call}: wait for a condition, ${WAITING_FILE}`);
}

/** Folders in the root of any machine: a repository right below one of them is not betrayed by its name. */
const COMMON_PARENTS = ['/', '/home', '/mnt', '/opt', '/root', '/srv', '/tmp', '/usr', '/usr/src', '/var', '/var/tmp'];

/** Hosts of package registries, in halves like the words above. */
const REGISTRIES = [
  'registry.npm' + 'js.org',
  'registry.yarn' + 'pkg.com',
  'npm.pkg.git' + 'hub.com',
  'deb.deb' + 'ian.org',
];

/**
 * Paths of the machine that a file was written on, and hosts of package registries: they say where, not what.
 * @param root absolute path of the repository on this machine
 */
export function machineNames(tree: Tree, root: string): Complaint[] {
  const parent = root.slice(0, root.lastIndexOf('/')) || '/';
  const names = [root, ...(COMMON_PARENTS.includes(parent) ? [] : [`${parent}/`]), ...REGISTRIES];
  const escaped = names.map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const pattern = new RegExp(`${escaped.join('|')}|/(?:home|Users)/[a-z][a-z0-9_-]+/`);
  return matches(tree, /^/, pattern, (name) => `the name ${name}: a path of a machine, or a registry`);
}

/** Each line of the files that matches, once. */
function matches(tree: Tree, files: RegExp, pattern: RegExp, message: (match: string) => string): Complaint[] {
  const complaints: Complaint[] = [];
  for (const [path, text] of filesLike(tree, files)) {
    text.split('\n').forEach((line, index) => {
      const match = pattern.exec(line);
      if (match !== null) complaints.push(`${path}:${index + 1}: ${message(match[0])}`);
    });
  }
  return complaints;
}
