import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Whatever the builds are made from: when none of it changed, nothing is built. */
const INPUTS = [
  'assembly',
  'compiler',
  'test/assembly',
  'test/support/coverage',
  'asconfig.json',
  'node_modules/assemblyscript/package.json',
] as const;

const OUTPUT = 'build/test/cores';
/** Builds of other sources are kept for a while: another run of jest may be using them. */
const KEEP_MS = 60 * 60_000;
/** Longest time for all builds together; they take some 15 s on a busy machine. */
const TIMEOUT_MS = 5 * 60_000;

/**
 * Makes the test builds (`make-builds.ts`) unless they are there already.
 *
 * @param root of the repository
 * @returns the directory of the builds and of `plan.json`; its name is a hash of everything they are made from
 */
export async function makeBuilds(root: string): Promise<string> {
  const directory = join(root, OUTPUT, await fingerprint(root));
  if (await exists(directory)) return directory;
  await mkdir(join(root, OUTPUT), { recursive: true });
  await removeOldBuilds(join(root, OUTPUT));
  // Made aside and renamed when complete, so that two runs at once never see half of it.
  const aside = await mkdtemp(join(root, OUTPUT, 'making-'));
  try {
    const program = join(root, 'test/support/coverage/make-builds.ts');
    await promisify(execFile)(process.execPath, [program, root, aside], { timeout: TIMEOUT_MS });
    await rename(aside, directory);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    // The other run was first.
    if (!(await exists(directory))) throw error;
  }
  return directory;
}

/** Hash of the names and bytes of all inputs. */
async function fingerprint(root: string): Promise<string> {
  const hash = createHash('sha256');
  for (const input of INPUTS) {
    for (const path of await filesOf(join(root, input))) {
      const bytes = await readFile(path);
      hash.update(`\0${path.slice(root.length)}\0${bytes.length}\0`).update(bytes);
    }
  }
  return hash.digest('hex').slice(0, 16);
}

async function filesOf(path: string): Promise<string[]> {
  if ((await stat(path)).isFile()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function removeOldBuilds(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > KEEP_MS) await rm(path, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
