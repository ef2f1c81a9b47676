/**
 * Puts the start-up path of `dvdi` into a few files: `npm run build:host` runs this after the compiler.
 *
 * Node takes about half a millisecond to find and link each module, and the parser alone loads parts of Node that
 * `dvdi` never uses; together that is more than all the work of `dvdi plan`. docs/decisions.md has the figures.
 */
import { readdir, rm } from 'node:fs/promises';
import { relative } from 'node:path';

import { build, type Plugin } from 'esbuild';

const outputDirectory = 'build/host/cli';

/**
 * What acts on the machine stays as the compiler wrote it: it is loaded only when it is needed, and must find its files
 * beside it.
 */
const compiledElsewhere: Plugin = {
  name: 'compiled elsewhere',
  setup(context) {
    context.onResolve({ filter: /^(?:\.\.\/)+(?:driver|isolator|mesos|system|index\.ts)/ }, ({ path, resolveDir }) => {
      if (/\/(?:printable-text|package-path)\.ts$/.test(path)) return undefined;
      const source = relative(`${process.cwd()}/host/cli`, `${resolveDir}/${path}`);
      return { path: source.replace(/\.ts$/u, '.js'), external: true };
    });
  },
};

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

// Chunks of an earlier build have other names and would lie there for ever.
for (const name of await readdir(outputDirectory)) {
  if (name.startsWith('chunk-')) await rm(`${outputDirectory}/${name}`);
}

await build({
  entryPoints: ['host/cli/dvdi.ts'],
  outdir: outputDirectory,
  chunkNames: 'chunk-[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  external: ['execa', 'log-update', 'string-width'],
  plugins: [compiledElsewhere, leanParser],
  logLevel: 'warning',
});
