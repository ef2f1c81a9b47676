import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Files of the repository, or of a small bad example: path relative to the root → text. */
export type Tree = ReadonlyMap<string, string>;

/** What a check has to say: `path:line: message`, or `path: message`. Empty lists are good. */
export type Complaint = string;

/** Every file that git tracks or would take in (it is not ignored), as it is in the working tree. */
export async function repositoryFiles(root = process.cwd()): Promise<Tree> {
  const argv = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = await promisify(execFile)('git', argv, { cwd: root, maxBuffer: 16 * 1024 * 1024 });
  const tree = new Map<string, string>();
  for (const path of stdout.split('\0').filter((each) => each !== '')) {
    const text = await readFile(join(root, path), 'utf8').catch((error: NodeJS.ErrnoException) => {
      // Deleted, not yet committed.
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (text !== null) tree.set(path, text);
  }
  return tree;
}

/** A tree written down in a test. */
export function treeOf(files: Readonly<Record<string, string>>): Tree {
  return new Map(Object.entries(files));
}

/** The files of a tree whose paths match. */
export function* filesLike(tree: Tree, pattern: RegExp): Generator<readonly [path: string, text: string]> {
  for (const file of tree) if (pattern.test(file[0])) yield file;
}
