import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile, planCoverage } from '../support/coverage/compile.ts';
import { addCounts, type FileCoverage } from '../support/coverage/file-map.ts';
import { counterAddress } from '../support/coverage/plan.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'dvdi-instrumenter-'));
  await mkdir(join(root, 'source'));
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

type Call = (...values: number[]) => number;

/** Compiles a source with and without counters, and gives both builds and what the counters say afterwards. */
async function instrumented(text: string) {
  await writeFile(join(root, 'source', 'index.ts'), text);
  const plan = await planCoverage(root, 'source');
  const options = ['--runtime', 'stub', '--use', 'abort='];
  const build = { root, entry: 'source/index.ts', options };
  await compile({ ...build, outFile: 'plain.wasm' });
  await compile({ ...build, outFile: 'counting.wasm', plan });
  const plain = await instantiate('plain.wasm');
  const counting = await instantiate('counting.wasm');
  const file = plan.files['source/index.ts'];
  if (file === undefined) throw new Error('the source is not in the plan');
  return {
    /** Calls the same function of both builds, asserts that they agree, and gives the answer. */
    call(name: string, ...values: number[]): number {
      const answer = (counting[name] as Call)(...values);
      expect(answer).toBe((plain[name] as Call)(...values));
      return answer;
    },
    coverage(): FileCoverage {
      const { buffer } = counting.memory as WebAssembly.Memory;
      const counts = new Uint32Array(buffer, counterAddress(file.firstCounter), file.slots.length);
      const coverage = structuredClone(file.coverage);
      addCounts(coverage, file.slots, counts);
      return coverage;
    },
  };
}

async function instantiate(file: string): Promise<WebAssembly.Exports> {
  const { instance } = await WebAssembly.instantiate(await readFile(join(root, file)), {});
  return instance.exports;
}

/** Line → count of the statements that start there. */
function lines(coverage: FileCoverage): Record<number, number> {
  const statements = Object.entries(coverage.statementMap);
  return Object.fromEntries(statements.map(([id, { start }]) => [start.line, coverage.s[id] ?? Number.NaN]));
}

test('statements and functions', async () => {
  const { call, coverage } = await instrumented(
    `export function twice(value: i32): i32 {
  const result = value * 2;
  return result;
}

export function never(value: i32): i32 {
  return value;
}
`,
  );
  expect(call('twice', 4)).toBe(8);
  expect(call('twice', 5)).toBe(10);
  expect(lines(coverage())).toEqual({ 2: 2, 3: 2, 7: 0 });
  expect(coverage().fnMap).toMatchObject({ 0: { name: 'twice', line: 1 }, 1: { name: 'never', line: 6 } });
  expect(coverage().f).toEqual({ 0: 2, 1: 0 });
});

test('if with and without else, else if, bodies without braces', async () => {
  const { call, coverage } = await instrumented(
    `export function sign(value: i32): i32 {
  if (value < 0) return -1;
  else if (value == 0) {
    return 0;
  }
  return 1;
}
`,
  );
  expect([call('sign', -5), call('sign', 0), call('sign', 7), call('sign', 8)]).toEqual([-1, 0, 1, 1]);
  expect(lines(coverage())).toEqual({ 2: 1, 3: 3, 4: 1, 6: 2 });
  expect(coverage().b).toEqual({ 0: [1, 3], 1: [1, 2] });
  expect(coverage().branchMap[0]).toMatchObject({ type: 'if', line: 2 });
});

test('conditional expressions, also in a local constant', async () => {
  const { call, coverage } = await instrumented(
    `export function larger(left: i32, right: i32): i32 {
  const result = left > right ? left : right;
  return result;
}
`,
  );
  expect([call('larger', 1, 2), call('larger', 2, 1), call('larger', 3, 1)]).toEqual([2, 2, 3]);
  expect(coverage().b).toEqual({ 0: [2, 1] });
  expect(coverage().branchMap[0]).toMatchObject({ type: 'cond-expr', line: 2 });
});

test('and, or: one branch with a path for each operand, evaluated as far as needed', async () => {
  const { call, coverage } = await instrumented(
    `export function check(a: i32, b: i32, c: i32): i32 {
  return i32((a != 0 && b != 0) || c != 0);
}

export function value(a: i32, b: i32): i32 {
  return a || b;
}
`,
  );
  expect(call('check', 0, 1, 0)).toBe(0);
  expect(call('check', 1, 1, 0)).toBe(1);
  expect(call('check', 1, 0, 1)).toBe(1);
  expect(call('value', 7, 9)).toBe(7);
  expect(call('value', 0, 9)).toBe(9);
  expect(coverage().b).toEqual({ 0: [3, 2, 2], 1: [2, 1] });
});

test('switch: each case, with fall-through and default', async () => {
  const { call, coverage } = await instrumented(
    `export function pick(value: i32): i32 {
  let sum = 0;
  switch (value) {
    case 1:
      sum += 1;
    case 2:
      sum += 2;
      break;
    default:
      sum = -1;
  }
  return sum;
}
`,
  );
  expect([call('pick', 1), call('pick', 2), call('pick', 3)]).toEqual([3, 2, -1]);
  expect(coverage().b).toEqual({ 0: [1, 2, 1] });
  expect(lines(coverage())).toEqual({ 2: 3, 3: 3, 5: 1, 7: 2, 8: 2, 10: 1, 12: 3 });
});

test('loops: the body is counted each time round', async () => {
  const { call, coverage } = await instrumented(
    `export function count(limit: i32): i32 {
  let sum = 0;
  for (let index = 0; index < limit; index++) sum += index;
  while (sum > 10) {
    sum -= 10;
  }
  do sum++;
  while (sum < 0);
  return sum;
}
`,
  );
  expect(call('count', 8)).toBe(9);
  expect(lines(coverage())[5]).toBe(2);
  expect(Object.values(coverage().s).sort((left, right) => left - right)).toEqual([1, 1, 1, 1, 1, 1, 2, 8]);
});

test('a test for null still narrows, on either side of and, or, not', async () => {
  const { call, coverage } = await instrumented(
    `class Link {
  constructor(readonly value: i32, readonly next: Link | null) {}
}

function sum(link: Link | null): i32 {
  if (link != null && link.value > 0 && link.next != null) return link.value + sum(link.next);
  if (link == null || link.value == 0) return 0;
  return link.value;
}

export function total(first: i32, second: i32): i32 {
  return sum(new Link(first, new Link(second, null)));
}
`,
  );
  expect([call('total', 3, 4), call('total', 0, 4), call('total', 3, 0)]).toEqual([7, 0, 3]);
  expect(coverage().b[0]).toEqual([2, 3]);
});

test('inlined functions, generic functions, function expressions, decisions of the compiler', async () => {
  const { call, coverage } = await instrumented(
    `// @ts-ignore: decorator
@inline
function half(value: i32): i32 {
  return value >> 1;
}

function size<T>(): i32 {
  if (isInteger<T>() && sizeof<T>() == 8) return 8;
  return sizeof<T>() < 4 ? 2 : 4;
}

const pair: StaticArray<i32> = [half(8), 5];
const LIMIT: i32 = 3 > 2 && 2 > 1 ? 30 : 40;

export function all(value: i32): i32 {
  const callback = (each: i32): i32 => each + LIMIT;
  return half(value) + half(value) + size<i64>() + size<i16>() + callback(1) + pair[1];
}
`,
  );
  expect(call('all', 6)).toBe(3 + 3 + 8 + 2 + 31 + 5);
  expect(lines(coverage())[4]).toBeGreaterThanOrEqual(2);
  expect(Object.values(coverage().fnMap).map((each) => each.name)).toEqual(['half', 'size', 'all', '(anonymous)']);
  expect(coverage().f[3]).toBe(1);
});

test('a source that no build reaches is in the plan, with nothing counted', async () => {
  await writeFile(join(root, 'source', 'dead.ts'), 'export function dead(): i32 {\n  return 1;\n}\n');
  await writeFile(join(root, 'source', 'index.ts'), 'export function alive(): i32 {\n  return 2;\n}\n');
  const plan = await planCoverage(root, 'source');
  expect(Object.keys(plan.files)).toEqual(['source/dead.ts', 'source/index.ts']);
  expect(plan.files['source/dead.ts']).toMatchObject({ firstCounter: 0, coverage: { s: { 0: 0 }, f: { 0: 0 } } });
  expect(plan.files['source/index.ts']?.firstCounter).toBe(2);
});

test('counters survive a reset of the heap, and lie below the data and the heap', async () => {
  const { call, coverage } = await instrumented(
    `export function work(size: i32): i32 {
  heap.reset();
  const address = heap.alloc(<usize>size);
  memory.fill(address, 0xff, <usize>size);
  return load<u8>(address);
}
`,
  );
  for (let round = 0; round < 3; round++) expect(call('work', 1000)).toBe(255);
  expect(coverage().f).toEqual({ 0: 3 });
});

test('what does not compile is an error with the compiler’s own words', async () => {
  await writeFile(join(root, 'source', 'index.ts'), 'export function broken(): i32 {\n  return missing;\n}\n');
  const build = { root, entry: 'source/index.ts', outFile: 'broken.wasm' };
  await expect(compile(build)).rejects.toThrow(/Cannot find name 'missing'/);
});
