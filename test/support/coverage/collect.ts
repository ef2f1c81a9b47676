import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addCounts, type FileCoverage } from './file-map.ts';
import { type CoveragePlan, counterAddress } from './plan.ts';

/**
 * Where the counts of this test file's cores are. Memories are kept, since a core that trapped is dropped by its user.
 */
const watched: { readonly memory: WebAssembly.Memory; readonly plan: CoveragePlan }[] = [];

/** Reads a file of the test builds that the global set-up made. */
async function readBuild(name: string): Promise<Buffer<ArrayBuffer>> {
  const directory = process.env.DVDI_TEST_CORES;
  if (directory === undefined) throw new Error('no test builds: run the tests with `npm run jest` or `make test`');
  return readFile(join(directory, name));
}

/**
 * The bytes of a test build, `dvdi.coverage`, `json-probe` or `json-probe.coverage`.
 * @throws {Error} the compiler's own, when the build failed
 */
export async function readCore(name: string): Promise<Buffer<ArrayBuffer>> {
  try {
    return await readBuild(`${name}.wasm`);
  } catch (error) {
    const reason = await readBuild(`${name}.error`).catch(() => null);
    throw reason === null ? error : new Error(reason.toString());
  }
}

/** Adds what the counters in this memory say to the report, when the test file ends. */
export async function watchCounters(memory: WebAssembly.Memory): Promise<void> {
  watched.push({ memory, plan: JSON.parse((await readBuild('plan.json')).toString()) });
}

/**
 * A fresh instance of the core with counters: the same code as `build/dvdi.wasm`, and what tests do with it shows in
 * the coverage report of `assembly/`.
 */
export async function loadCoverageCore(): Promise<WebAssembly.Exports> {
  return loadCounting('dvdi.coverage');
}

/** A fresh instance of any build with counters. */
export async function loadCounting(name: string): Promise<WebAssembly.Exports> {
  const { instance } = await WebAssembly.instantiate(await readCore(name), {});
  await watchCounters(instance.exports.memory as WebAssembly.Memory);
  return instance.exports;
}

/** Puts all counts into `globalThis.__coverage__`, from where jest takes them. Called once, after the last test. */
export function reportCounts(): void {
  const global = globalThis as { __coverage__?: Record<string, FileCoverage> };
  const report = global.__coverage__ ?? {};
  global.__coverage__ = report;
  for (const { memory, plan } of watched.splice(0)) {
    for (const [name, file] of Object.entries(plan.files)) {
      const path = join(process.cwd(), name);
      const coverage = report[path] ?? { ...structuredClone(file.coverage), path };
      const counts = new Uint32Array(memory.buffer, counterAddress(file.firstCounter), file.slots.length);
      addCounts(coverage, file.slots, counts);
      report[path] = coverage;
    }
  }
}
