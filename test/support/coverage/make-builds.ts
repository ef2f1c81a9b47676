/**
 * Compiles every test build: `node make-builds.ts ROOT DIRECTORY`.
 *
 * A process of its own, because the compiler adds to the globals of the process it is loaded into, and jest hands those
 * on to every test file.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compile, planCoverage } from './compile.ts';
import type { CoveragePlan } from './plan.ts';

/** A build that tests load: with counters in `assembly/`, or as it ships. */
interface Build {
  readonly name: string;
  readonly entry: string;
  readonly counting: boolean;
}

/** The file of each is `<name>.wasm`. */
const BUILDS: readonly Build[] = [
  { name: 'dvdi.coverage', entry: 'assembly/index.ts', counting: true },
  { name: 'json-probe', entry: 'test/assembly/json-probe.ts', counting: false },
  { name: 'json-probe.coverage', entry: 'test/assembly/json-probe.ts', counting: true },
];

async function make(root: string, directory: string, build: Build, plan: CoveragePlan): Promise<void> {
  try {
    await compile({
      root,
      entry: build.entry,
      outFile: join(directory, `${build.name}.wasm`),
      // Optimising counters away from each other takes longer than the tests save by it.
      options: [
        ...['--target', 'release', '--transform', join(root, 'compiler/text-literals.ts')],
        ...(build.counting ? ['--optimizeLevel', '1', '--shrinkLevel', '0'] : []),
      ],
      ...(build.counting ? { plan } : {}),
    });
  } catch (error) {
    // Tests that do without this build must run all the same; whoever loads it gets this error.
    await writeFile(join(directory, `${build.name}.error`), String(error));
  }
}

const [root, directory] = process.argv.slice(2);
if (root === undefined || directory === undefined) throw new Error('usage: node make-builds.ts ROOT DIRECTORY');
const plan = await planCoverage(root, 'assembly');
await writeFile(join(directory, 'plan.json'), JSON.stringify(plan));
for (const build of BUILDS) await make(root, directory, build, plan);
