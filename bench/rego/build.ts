import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The newest release that the Go module proxy has, with a Go of 1.26. */
const OPA_VERSION = 'v1.22.3';
const BUILD_TIMEOUT_MS = 900_000;

/** OPA's own program, built once a machine by Go, outside of the checkout and named by its version. */
async function buildOpa(): Promise<string> {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const directory = join(cache, 'mesos-module-dvdi', `opa-${OPA_VERSION}`);
  const program = join(directory, 'opa');
  if (existsSync(program)) return program;
  process.stderr.write(`bench: building OPA ${OPA_VERSION} with Go, some minutes, once a machine\n`);
  const unfinished = `${directory}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  const env = { ...process.env, GOBIN: unfinished, GOFLAGS: '-mod=mod' };
  await run('go', ['install', `github.com/open-policy-agent/opa@${OPA_VERSION}`], { env, timeout: BUILD_TIMEOUT_MS });
  await rename(unfinished, directory);
  return program;
}

/**
 * Compiles bench/rego/admit.rego to WebAssembly, by OPA itself.
 * @throws when there is no Go, which only this figure needs
 */
export async function buildRegoPolicy(): Promise<Buffer<ArrayBuffer>> {
  const opa = await buildOpa();
  const directory = await mkdtemp(join(tmpdir(), 'dvdi-rego-'));
  try {
    const bundle = join(directory, 'bundle.tar.gz');
    const source = join(import.meta.dirname, 'admit.rego');
    await run(opa, ['build', '--target', 'wasm', '--entrypoint', 'dvdi/admission', '--output', bundle, source]);
    await run('tar', ['--extract', '--gzip', `--file=${bundle}`, `--directory=${directory}`, '/policy.wasm']);
    return await readFile(join(directory, 'policy.wasm'));
  } finally {
    await rm(directory, { recursive: true });
  }
}
