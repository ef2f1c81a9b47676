/**
 * Puts the start-up path of `dvdi` into one file, build/host/cli/main.js, and each command that acts on the machine
 * into another one: `npm run build:host` runs this after the compiler.
 *
 * Node takes about half a millisecond to find and link each module, and the parser alone loads parts of Node that
 * `dvdi` never uses; together that is more than all the work of `dvdi plan`. docs/decisions.md has the figures.
 */
import { dirname, relative } from 'node:path';

import { build, type Plugin } from 'esbuild';

/**
 * What is imported only when it is needed stays as the compiler wrote it, and is found where the compiler put it,
 * unless it is bundled as well: then it lies in its place, too.
 */
function laterImports(outputDirectory: string): Plugin {
  return {
    name: 'later imports',
    setup(context) {
      context.onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
        if (kind !== 'dynamic-import') return undefined;
        const compiled = `${resolveDir}/${path.replace(/\.ts$/, '.js')}`;
        const source = relative(`${process.cwd()}/${outputDirectory}`, compiled);
        return { path: source.startsWith('.') ? source : `./${source}`, external: true };
      });
    },
  };
}

/**
 * The parser imports `node:child_process` for commands in files of their own, which we have none of, and
 * `node:process`, whose import makes all three standard streams: 7 ms of 60.
 */
const leanParser: Plugin = {
  name: 'lean parser',
  setup(context) {
    context.onResolve({ filter: /^node:(?:child_process|process)$/ }, ({ path, importer }) =>
      importer.includes('node_modules/commander') ? { path, namespace: 'lean' } : undefined,
    );
    context.onLoad({ filter: /./, namespace: 'lean' }, ({ path }) => ({
      contents: path === 'node:process' ? 'export default globalThis.process;' : 'export default {};',
    }));
  },
};

/** Puts a source of host/ and all that it imports at once into the file that the compiler made of it. */
async function bundle(source: string): Promise<void> {
  await build({
    entryPoints: [source],
    outfile: `build/${source.replace(/\.ts$/, '.js')}`,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    plugins: [laterImports(dirname(source)), leanParser],
    logLevel: 'warning',
  });
}

// The parser; what most calls of a Mesos agent need; and what acts on the machine, each with all that it needs: a
// runtime waits for `dvdi prepare`, which as modules takes 102 ms to load, and as one file 39.
const sources = [
  'main',
  ...['main', 'prepare', 'cleanup', 'actions'].map((name) => `criteo/${name}`),
  ...['prepare', 'cleanup', 'recover', 'ls', 'release'].map((name) => `lifecycle/${name}`),
  'run/create-run',
  'admit/run-admit',
  'admit/run-test',
];
await Promise.all(sources.map((name) => bundle(`host/cli/${name}.ts`)));
