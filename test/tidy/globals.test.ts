import { heapGlobals } from '../support/tidy/globals.ts';
import { repositoryFiles, treeOf } from '../support/tidy/tree.ts';

test('no global of assembly/ is made on the heap', async () => {
  const tree = await repositoryFiles();
  expect([...tree.keys()]).toContain('assembly/index.ts');
  expect(heapGlobals(tree)).toEqual([]);
});

const complaintsOf = (text: string) => heapGlobals(treeOf({ 'assembly/a.ts': text }));

test.each([
  ['const a = new Map<string, i32>();', '`new` makes an object on the heap'],
  ['export let a: Rule | null = new Rule("a");', '`new` makes an object on the heap'],
  ['const a = <usize>changetype<usize>(new Rule());', 'changetype() may make an object on the heap'],
  ['const a = x ? new Rule() : null;', '`new` makes an object on the heap'],
  ['const a = `text`;', 'a template string is made on the heap'],
  ['const a = "b" + "c";', '`+` makes a string on the heap'],
  ['const a: StaticArray<Rule> = [one(), two()];', 'an array of values that are no literals is made on the heap'],
  ['const a = makeTable();', 'makeTable() may make an object on the heap'],
])('finds %s', (text, reason) => {
  expect(complaintsOf(text)).toEqual([`assembly/a.ts:1: global a: ${reason}`]);
});

test('finds static fields and namespaces', () => {
  const text = `class A {
  static b: Rule = new Rule();
  c: Rule = new Rule();
}
namespace N {
  const d = new Rule();
}
`;
  expect(complaintsOf(text)).toEqual([
    'assembly/a.ts:2: global A.b: `new` makes an object on the heap',
    'assembly/a.ts:6: global d: `new` makes an object on the heap',
  ]);
});

test.each([
  'const a: i32 = 4 * 1024;',
  'const a: usize = memory.data(4 * 64);',
  'export let a: Rule | null = null;',
  'const a = "literal";',
  'const a: StaticArray<i32> = [1, 2, -3];',
  'const a: StaticArray<Text> = ["a", "b, c", "d"];',
  'let a: bool = true && !false;',
  'const a = <u32>(B | 0x80) << sizeof<usize>();',
  'function f(): Rule { const inner = new Rule(); return inner; }',
  'declare const a: i32;',
])('lets %s be', (text) => {
  expect(complaintsOf(text)).toEqual([]);
});
