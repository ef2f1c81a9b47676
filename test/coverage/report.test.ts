import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeBuilds } from '../support/coverage/builds.ts';
import type { FileCoverage } from '../support/coverage/file-map.ts';
import { JEST, runJest } from '../support/suites/jest-run.ts';

/** A repository in small: the same configuration and support, other sources. */
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'dvdi-report-'));
  await mkdir(join(root, 'test'));
  await symlink(join(process.cwd(), 'node_modules'), join(root, 'node_modules'));
  await symlink(join(process.cwd(), 'test/support'), join(root, 'test/support'));
  await symlink(join(process.cwd(), 'compiler'), join(root, 'compiler'));
  await copyFile('jest.config.js', join(root, 'jest.config.js'));
  await write('package.json', '{"type":"module"}');
  await write('asconfig.json', '{"targets":{"release":{}},"options":{"runtime":"stub","use":["abort="]}}');
  await write(
    'assembly/index.ts',
    "import { half } from './half';\n\nexport function run(value: i32): i32 {\n  return half(value);\n}\n",
  );
  await write(
    'assembly/half.ts',
    'export function half(value: i32): i32 {\n  if (value < 0) {\n    return 0;\n  }\n  return value >> 1;\n}\n',
  );
  await write('assembly/dead.ts', 'export function dead(): i32 {\n  return 1;\n}\n');
  await write('test/assembly/json-probe.ts', 'export function nothing(): void {}\n');
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

async function write(name: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, name)), { recursive: true });
  await writeFile(join(root, name), text);
}

/** Runs jest as `make test` does, and gives its count and its coverage by file. */
async function runWithCoverage(gate: string) {
  const argv = [...JEST, '--selectProjects', 'unit', '--ci', '--coverage', '--coverageReporters=json'];
  const report = join(root, 'report.json');
  const count = await runJest('small', [...argv, `--coverageThreshold=${gate}`], report, {
    cwd: root,
    output: 'ignore',
  });
  const text = await readFile(join(root, 'build/coverage/coverage-final.json'), 'utf8');
  return { count, coverage: JSON.parse(text) as Record<string, FileCoverage> };
}

test('what cores of several test files counted is summed; a file that nobody loaded shows as never run', async () => {
  for (const value of [8, 9]) {
    await write(
      `test/run-${value}.test.ts`,
      `import { loadCounting } from './support/coverage/collect.ts';
test('halves', async () => {
  const core = await loadCounting('dvdi.coverage');
  expect((core.run as (value: number) => number)(${value})).toBe(4);
});
`,
    );
  }
  const { count, coverage } = await runWithCoverage('{"./assembly/":{"lines":95}}');
  const of = (name: string) => coverage[join(root, name)];
  expect(of('assembly/index.ts')).toMatchObject({ s: { 0: 2 }, f: { 0: 2 } });
  expect(of('assembly/half.ts')).toMatchObject({ s: { 0: 2, 1: 0, 2: 2 }, f: { 0: 2 }, b: { 0: [0, 2] } });
  expect(of('assembly/dead.ts')).toMatchObject({ s: { 0: 0 }, f: { 0: 0 } });
  expect(count).toMatchObject({ passed: 2, failed: 1, reasons: [expect.stringContaining('coverage gate')] });
}, 60_000);

test('counts of a core that trapped are not lost', async () => {
  await write(
    'assembly/half.ts',
    'export function half(value: i32): i32 {\n  if (value < 0) unreachable();\n  return 1;\n}\n',
  );
  await write(
    'test/trap.test.ts',
    `import { loadCounting } from './support/coverage/collect.ts';
test('traps', async () => {
  const core = await loadCounting('dvdi.coverage');
  expect(() => (core.run as (value: number) => number)(-1)).toThrow(WebAssembly.RuntimeError);
});
`,
  );
  const { coverage } = await runWithCoverage('{}');
  expect(coverage[join(root, 'assembly/half.ts')]).toMatchObject({ b: { 0: [1, 0] } });
}, 60_000);

test('builds are made once for the same sources, and again when a source changes', async () => {
  const first = await makeBuilds(root);
  expect(await makeBuilds(root)).toBe(first);
  await write('assembly/dead.ts', 'export function dead(): i32 {\n  return 2;\n}\n');
  const second = await makeBuilds(root);
  expect(second).not.toBe(first);
  expect((await readdir(second)).sort()).toEqual([
    'dvdi.coverage.wasm',
    'json-probe.coverage.wasm',
    'json-probe.wasm',
    'plan.json',
  ]);
}, 60_000);

test('a build that fails keeps its error for whoever loads it', async () => {
  await write('assembly/index.ts', 'export const broken: i32 = missing;\n');
  const directory = await makeBuilds(root);
  const error = await readFile(join(directory, 'dvdi.coverage.error'), 'utf8');
  expect(error).toMatch(/Cannot find name 'missing'/);
  expect(await readdir(directory)).toContain('json-probe.wasm');
}, 60_000);
