import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile, planCoverage } from '../support/coverage/compile.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'dvdi-text-literals-'));
  await mkdir(join(root, 'source'));
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

/** What the transform relies on: a global class with an address and a length. */
const TEXT = `
@global @unmanaged
export class Text {
  constructor(readonly start: usize, readonly length: i32) {}
}
export function result(text: Text): i64 {
  return (<i64>text.start << 32) | <i64>text.length;
}
export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  unreachable();
}
`;

/** Compiles sources, `index` among them, and gives what its functions answer, as text. */
async function compiled(index: string, counting = false) {
  await writeFile(join(root, 'source/text.ts'), TEXT);
  await writeFile(join(root, 'source/index.ts'), `import { abort, Text, result } from "./text";\n${index}`);
  const options = [
    '--runtime',
    'stub',
    '--use',
    'abort=source/text/abort',
    '--transform',
    join(process.cwd(), 'compiler/text-literals.ts'),
  ];
  const build = { root, entry: 'source/index.ts', outFile: 'out.wasm', options };
  await compile(counting ? { ...build, plan: await planCoverage(root, 'source') } : build);
  const bytes = await readFile(join(root, 'out.wasm'));
  const { instance, module } = await WebAssembly.instantiate(bytes, {});
  const { memory } = instance.exports;
  const call = (name: string, ...values: number[]): string => {
    const answer = (instance.exports[name] as (...values: number[]) => bigint)(...values);
    const { buffer } = memory as WebAssembly.Memory;
    return new TextDecoder().decode(new Uint8Array(buffer, Number(answer >> 32n), Number(answer & 0xffff_ffffn)));
  };
  return { call, bytes, module };
}

test.each([false, true])('literals are UTF-8, wherever they stand (with counters: %p)', async (counting) => {
  const source = `
const GLOBAL: Text = "a global …";
const TABLE: StaticArray<Text> = ["first", "second"];
class Named {
  name: Text = "of a field";
}
function first(text: Text = "by default"): Text { return text; }
export function ofGlobal(): i64 { return result(GLOBAL); }
export function ofTable(index: i32): i64 { return result(TABLE[index]); }
export function ofField(): i64 { return result(new Named().name); }
export function ofDefault(): i64 { return result(first()); }
export function ofChoice(yes: bool): i64 { return result(yes ? "yes" : 'it\\'s "no"'); }
export function ofNothing(): i64 { return result(""); }
`;
  const { call, module } = await compiled(source, counting);
  expect(call('ofGlobal')).toBe('a global …');
  expect([call('ofTable', 0), call('ofTable', 1)]).toEqual(['first', 'second']);
  expect(call('ofField')).toBe('of a field');
  expect(call('ofDefault')).toBe('by default');
  expect([call('ofChoice', 1), call('ofChoice', 0)]).toEqual(['yes', 'it\'s "no"']);
  expect(call('ofNothing')).toBe('');
  expect(WebAssembly.Module.imports(module)).toEqual([]);
});

test('the message of an assertion stays a string, its condition does not', async () => {
  const source = `
function isLong(text: Text): bool { return text.length > 3; }
export function check(): i64 {
  assert(isLong("UTF-8 it is"), "UTF-16 it is");
  return result("done");
}
`;
  const { call, bytes } = await compiled(source);
  expect(call('check')).toBe('done');
  expect(bytes.includes('UTF-16 it is', 0, 'utf16le')).toBe(true);
  expect(bytes.includes('UTF-8 it is')).toBe(true);
});

test('the same literal in two places is one text', async () => {
  const { bytes } = await compiled(`
export function one(): i64 { return result("said twice"); }
export function two(): i64 { return result("said twice"); }
`);
  expect(bytes.indexOf('said twice')).toBeGreaterThan(0);
  expect(bytes.indexOf('said twice')).toBe(bytes.lastIndexOf('said twice'));
});

test('a source without literals compiles as ever', async () => {
  const { call } = await compiled('export function none(): i64 { return result(new Text(0, 0)); }');
  expect(call('none')).toBe('');
});

test('a literal where a string of AssemblyScript is wanted is told by the compiler', async () => {
  const source = 'export function wrong(): i32 { const text: string = "text"; return text.length; }';
  await expect(compiled(source)).rejects.toThrow(/is not assignable to type '~lib\/string\/String'/);
});
