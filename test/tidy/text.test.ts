import { bannedWords, longFiles, longLines, machineNames, skippedTests, sleeps } from '../support/tidy/text.ts';
import { repositoryFiles, type Tree, treeOf } from '../support/tidy/tree.ts';

let tree: Tree;

beforeAll(async () => {
  tree = await repositoryFiles();
});

/** Parts of a bad word, so that this file is good. */
const word = (...parts: string[]) => parts.join('');

describe('files of 400 lines at most, tables apart', () => {
  test('here', () => expect(longFiles(tree)).toEqual([]));
  test('finds a long file, and lets a table be', () => {
    const bad = treeOf({
      'host/long.ts': 'x\n'.repeat(401),
      'host/right.ts': 'x\n'.repeat(400),
      'a.ts': 'x\n'.repeat(999),
    });
    expect(longFiles(bad, ['a.ts'])).toEqual(['host/long.ts: 401 lines, 400 at most']);
  });
  test('finds a table that is gone, or needs no leave', () => {
    expect(longFiles(treeOf({}), ['a.ts'])).toEqual(['a.ts: listed as a table, and not there']);
    expect(longFiles(treeOf({ 'a.ts': '' }), ['a.ts'])).toEqual(['a.ts: listed as a table, and short enough']);
  });
});

describe('lines of 120 columns at most, addresses and texts apart', () => {
  test('here', () => expect(longLines(tree)).toEqual([]));
  test('finds a long line', () => {
    const address = `// https://example.org/${'a'.repeat(120)}`;
    const bad = treeOf({
      'host/a.ts': `${'x'.repeat(120)}\n${'x'.repeat(121)}\n${address}\n  '${'a'.repeat(120)}',\n`,
      'a.md': 'x'.repeat(999),
    });
    expect(longLines(bad)).toEqual(['host/a.ts:2: 121 columns, 120 at most']);
  });
});

describe('nothing is left for later', () => {
  test('here', () => expect(bannedWords(tree)).toEqual([]));
  test.each([
    ['TO', 'DO'],
    ['FIX', 'ME'],
    ['X', 'XX'],
    ['HA', 'CK'],
  ])('finds %s%s', (...parts) => {
    const bad = treeOf({
      'host/a.ts': `const a = 1; // ${word(...parts)}: later`,
      'docs/a.md': 'a hack in small letters',
    });
    expect(bannedWords(bad)).toEqual([`host/a.ts:1: the word ${word(...parts)}`]);
  });
});

describe('every test runs', () => {
  test('here', () => expect(skippedTests(tree)).toEqual([]));
  test.each([
    word('test.', 'skip'),
    word('describe.', 'only'),
    word('it.', 'todo'),
    word('xtest', '('),
    word('fdescribe', '('),
  ])('finds %s', (call) => {
    const bad = treeOf({ 'test/a.test.ts': `\n${call}('a', () => {});`, 'host/a.ts': call });
    expect(skippedTests(bad)).toEqual([`test/a.test.ts:2: ${call}: every test runs`]);
  });
});

describe('no test sleeps', () => {
  test('here', () => expect(sleeps(tree)).toEqual([]));
  test.each([
    word('await new Promise((resolve) => setTime', 'out(resolve, 100));'),
    word('import { setTime', "out as delay } from 'node:timers/promises';"),
    word('Atomics.', 'wait(array, 0, 0, 100);'),
    word('await sl', 'eep(100);'),
  ])('finds %s', (line) => {
    expect(sleeps(treeOf({ 'test/a.test.ts': line }))).toEqual([expect.stringMatching(/^test\/a\.test\.ts:1: /)]);
    expect(sleeps(treeOf({ 'test/support/wait-for.ts': line }))).toEqual([]);
  });
  test('lets a deadline be', () => {
    expect(sleeps(treeOf({ 'test/a.test.ts': "const timer = setTimeout(() => end('SIGKILL'), 1000);" }))).toEqual([]);
  });
});

describe('no path of a machine, no host of a registry', () => {
  test('here', () => expect(machineNames(tree, process.cwd())).toEqual([]));
  test.each([
    [word('/build', 'er/project/host/a.ts'), '/builder/project'],
    [word('/build', 'er/other'), '/builder/'],
    [word('/ho', 'me/someone/project'), word('/ho', 'me/someone/')],
    [word('https://registry.npm', 'js.org/jest'), word('registry.npm', 'js.org')],
  ])('finds %s', (text, name) => {
    const bad = treeOf({ 'docs/a.md': `see\n${text} there` });
    expect(machineNames(bad, '/builder/project')).toEqual([
      `docs/a.md:2: the name ${name}: a path of a machine, or a registry`,
    ]);
  });
  test('lets the folders of any machine be', () => {
    expect(machineNames(treeOf({ 'a.md': '/tmp/a /home/a /usr/bin/dvdcli' }), '/tmp/project')).toEqual([]);
  });
});
