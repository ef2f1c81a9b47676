import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { Parser } from 'assemblyscript';
import { main, type Transform } from 'assemblyscript/asc';
import type { FileMap } from './file-map.ts';
import { counterSource, instrument } from './instrumenter.ts';
import { seeingThroughCounters } from './narrowing.ts';
import { COUNTERS_START, type CoveragePlan, counterAddress } from './plan.ts';

/**
 * Plans the counters of every source in a folder, whether a build reaches it or not: a file that no build reaches shows
 * in the report as never run.
 *
 * @param root directory that paths are relative to
 * @param folder below it
 */
export async function planCoverage(root: string, folder: string): Promise<CoveragePlan> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
  const files: Record<string, FileMap & { firstCounter: number }> = {};
  let counterCount = 0;
  for (const path of paths) {
    const map = mapFile(path, await readFile(join(root, path), 'utf8'));
    files[path] = { coverage: map.coverage, slots: map.slots, firstCounter: counterCount };
    counterCount += map.slots.length;
  }
  return { files, counterCount };
}

/** What there is to count in one source. */
export function mapFile(path: string, text: string): FileMap {
  const parser = new Parser();
  parser.parseFile(text, path, true);
  const [source] = parser.sources;
  if (source === undefined) throw new Error(`the compiler gave no syntax tree for ${path}`);
  return instrument(source, path, 0);
}

/** What to compile; paths are relative to `root`. */
export interface Compilation {
  readonly root: string;
  readonly entry: string;
  readonly outFile: string;
  /** More options for asc, as argv. */
  readonly options?: readonly string[];
  /** Counts in the files of this plan; without one the build is a plain one. */
  readonly plan?: CoveragePlan;
}

/**
 * Compiles AssemblyScript to wasm.
 * @throws {Error} with the compiler's whole output
 */
export async function compile(compilation: Compilation): Promise<void> {
  const { root, entry, outFile, options = [], plan } = compilation;
  const argv = [entry, '--baseDir', root, '--outFile', outFile, ...options];
  const output: string[] = [];
  const stream = { write: (text: string | Uint8Array) => void output.push(text.toString()) };
  const run = (transforms: Transform[]) => main(argv, { stdout: stream, stderr: stream, transforms });
  const { error } =
    plan === undefined
      ? await run([])
      : await seeingThroughCounters(() => {
          argv.push('--memoryBase', String(counterAddress(plan.counterCount)));
          return run([counting(plan)]);
        });
  if (error !== null) throw new Error(`asc ${entry}: ${error.message}\n${output.join('')}`);
}

/** The transform that puts the counters in, once everything is parsed. */
function counting(plan: CoveragePlan): Transform {
  const transform: Pick<Transform, 'afterParse'> = {
    afterParse(parser) {
      for (const source of parser.sources) {
        const file = plan.files[source.normalizedPath];
        if (file !== undefined) instrument(source, source.normalizedPath, file.firstCounter);
      }
      parser.parseFile(counterSource(COUNTERS_START), '~lib/coverage.ts', false);
    },
  };
  return transform as Transform;
}
