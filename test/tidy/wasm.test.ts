import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';

/** docs/decisions.md, "Why may the core be 112 KiB?" */
const SIZE_MAX_BYTES = 112 * 1024;
const PAGE_BYTES = 64 * 1024;
/** design.md, "Budgets": 32 MiB. */
const MEMORY_MAX_PAGES = (32 * 1024 * 1024) / PAGE_BYTES;
const BUILD_TIMEOUT_MS = 120_000;

let directory: string;
/** The same sources compiled twice, each time by a process of its own. */
let builds: Buffer<ArrayBuffer>[];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dvdi-wasm-'));
  builds = await Promise.all(['first.wasm', 'second.wasm'].map(build));
}, BUILD_TIMEOUT_MS);

afterAll(async () => {
  await rm(directory, { recursive: true });
});

/** Runs the package's own `build:wasm`, to another file. */
async function build(name: string): Promise<Buffer<ArrayBuffer>> {
  const outFile = join(directory, name);
  // asc takes paths relative to the repository.
  const argv = ['run', '--silent', 'build:wasm', '--', '--outFile', relative(process.cwd(), outFile)];
  await promisify(execFile)('npm', argv, { timeout: BUILD_TIMEOUT_MS });
  return readFile(outFile);
}

test('two builds are the same bytes', () => {
  expect(builds[0]?.equals(builds[1] ?? Buffer.alloc(0))).toBe(true);
});

test('build/dvdi.wasm is what the sources give; otherwise `make build`', async () => {
  const built = await readFile('build/dvdi.wasm');
  expect(built.equals(builds[0] ?? Buffer.alloc(0))).toBe(true);
});

test('112 KiB at most', () => {
  expect(builds[0]?.length).toBeLessThanOrEqual(SIZE_MAX_BYTES);
});

test('nothing is imported', async () => {
  const module = await WebAssembly.compile(builds[0] ?? Buffer.alloc(0));
  expect(WebAssembly.Module.imports(module)).toEqual([]);
});

test('the memory ends at 32 MiB', async () => {
  const { instance } = await WebAssembly.instantiate(builds[0] ?? Buffer.alloc(0), {});
  const memory = instance.exports.memory as WebAssembly.Memory;
  const pages = memory.buffer.byteLength / PAGE_BYTES;
  expect(() => memory.grow(MEMORY_MAX_PAGES - pages + 1)).toThrow(RangeError);
  expect(memory.grow(MEMORY_MAX_PAGES - pages)).toBe(pages);
});
