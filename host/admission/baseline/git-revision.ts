import { createHash } from 'node:crypto';
import { access, constants, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';

import { run } from '../../system/process.ts';
import { ProcessError } from '../../system/process-error.ts';
import { BaselineError } from './baseline-error.ts';

const TIMEOUT_MS = 60_000;
const LIST_SIZE_MAX_BYTES = 256 * 1024 * 1024;

/** A revision of the repository that the program was started in. */
export interface GitRevision {
  /**
   * A file as it was.
   * @param current what it holds now: the same as then is not read again
   * @returns null when there was none, or it lies outside of the repository
   */
  read(path: string, current: Uint8Array): Promise<Uint8Array | null>;
}

/**
 * Opens a revision: a branch, a tag, a commit.
 * @param environment of the caller: git finds its configuration, and in a hook its repository, by it
 * @throws {BaselineError} when there is no git, no repository or no such revision
 */
export async function openRevision(
  revision: string,
  environment: Readonly<Record<string, string | undefined>>,
  sizeMaxBytes: number,
): Promise<GitRevision> {
  const executable = await findGit(environment.PATH ?? '');
  const env = Object.fromEntries(Object.entries(environment).filter((entry): entry is [string, string] => !!entry[1]));
  const git = async (argv: readonly string[], outputMaxBytes: number): Promise<Buffer> => {
    try {
      const options = { timeoutMs: TIMEOUT_MS, outputMaxBytes, env: { ...env, LC_ALL: 'C' }, cwd: process.cwd() };
      return (await run(executable, argv, options)).stdout;
    } catch (error) {
      throw error instanceof ProcessError ? notUsable(revision, error) : error;
    }
  };
  const line = async (argv: readonly string[]): Promise<string> => (await git(argv, 64 * 1024)).toString().trimEnd();
  const commit = await line(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`]);
  const root = await realpath(await line(['rev-parse', '--show-toplevel']));
  const blobs = readTree(await git(['ls-tree', '-r', '-z', '--full-tree', commit], LIST_SIZE_MAX_BYTES));

  return {
    async read(path, current) {
      const blob = blobs.get(relative(root, await realpath(path)));
      if (blob === undefined) return null;
      return blobId(current, blob.length) === blob ? current : await git(['cat-file', 'blob', blob], sizeMaxBytes);
    },
  };
}

/** The first git of the search path; a relative directory in it would be one that a repository may bring. */
async function findGit(searchPath: string): Promise<string> {
  for (const directory of searchPath.split(':').filter(isAbsolute)) {
    const executable = join(directory, 'git');
    const isThere = await access(executable, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return executable;
  }
  throw new BaselineError({
    expected: 'git in the search path, or a file with a former output',
    got: 'no git',
    advice: 'install git, or give a file made with `dvdi admit -o json=FILE`',
  });
}

/** The files of a tree, as `ls-tree -z` prints them: `mode type id`, a tab, the path from the root. */
function readTree(listing: Buffer): ReadonlyMap<string, string> {
  const blobs = new Map<string, string>();
  for (const entry of listing.toString().split('\0')) {
    const [, type, id, path] = /^\d+ (\w+) ([0-9a-f]+)\t([\s\S]+)$/u.exec(entry) ?? [];
    if (type === 'blob' && id !== undefined && path !== undefined) blobs.set(path, id);
  }
  return blobs;
}

/** The id that git gives to a content, in SHA-1 or SHA-256 as the repository has it. */
function blobId(content: Uint8Array, idLength: number): string {
  const hash = createHash(idLength === 64 ? 'sha256' : 'sha1');
  return hash.update(`blob ${content.byteLength}\0`).update(content).digest('hex');
}

function notUsable(revision: string, cause: ProcessError): BaselineError {
  const [said = ''] = cause.stderr.toString().split('\n');
  return new BaselineError({
    expected: 'a revision of the repository in this directory, or a file with a former output',
    got: said === '' ? `${revision}, which git does not know` : `${revision}: ${said}`,
    advice: 'in a shallow clone, fetch the revision first',
    cause,
  });
}
