import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addCounts, type FileCoverage } from './file-map.ts';
import { type CoveragePlan, counterAddress } from './plan.ts';

/** Memories of all counting instances of this test file. One that trapped is kept too: its counts are as good. */
const memories: WebAssembly.Memory[] = [];
let plan: CoveragePlan | null = null;

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

/**
 * A build with counters, as a module: what any instance of it counts, whoever makes the instance, is added to the
 * report when the test file ends.
 */
export async function loadCountingModule(name: string): Promise<WebAssembly.Module> {
  plan ??= JSON.parse((await readBuild('plan.json')).toString()) as CoveragePlan;
  const module = await WebAssembly.compile(await readCore(name));
  watchInstances(module);
  return module;
}

/** Exports of a fresh instance of a build with counters. */
export async function loadCounting(name: string): Promise<WebAssembly.Exports> {
  const module = await loadCountingModule(name);
  return new WebAssembly.Instance(module, {}).exports;
}

/**
 * The host makes its instances itself, and a new one after each trap; so the constructor is watched. jest gives every
 * test file a `WebAssembly` of its own, so this reaches no further than the file.
 */
function watchInstances(watched: WebAssembly.Module): void {
  WebAssembly.Instance = class extends WebAssembly.Instance {
    constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
      super(module, imports);
      if (module === watched) memories.push(this.exports.memory as WebAssembly.Memory);
    }
  };
}

/** Puts all counts into `globalThis.__coverage__`, from where jest takes them. Called once, after the last test. */
export function reportCounts(): void {
  const global = globalThis as { __coverage__?: Record<string, FileCoverage> };
  const report = global.__coverage__ ?? {};
  global.__coverage__ = report;
  for (const memory of memories.splice(0)) {
    for (const [name, file] of Object.entries(plan?.files ?? {})) {
      const path = join(process.cwd(), name);
      const coverage = report[path] ?? { ...structuredClone(file.coverage), path };
      const counts = new Uint32Array(memory.buffer, counterAddress(file.firstCounter), file.slots.length);
      addCounts(coverage, file.slots, counts);
      report[path] = coverage;
    }
  }
}
