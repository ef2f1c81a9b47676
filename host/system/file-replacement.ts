import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, realpath, rename, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { errnoOf } from './directory-error.ts';

/** Somebody else wrote the file between reading and replacing it. */
export class FileChangedError extends Error {
  override readonly name = 'FileChangedError';
  readonly code = 'file-changed';
}

/**
 * Replaces a regular file as a whole, by rename: a reader sees the old text or the new one. Mode and, where we may,
 * owner stay; behind a link the file that it leads to is replaced.
 * @param expected what the file has to hold still; whatever else it holds now is left alone
 * @throws {FileChangedError} and Node's own errors, with their `code`; no unfinished file stays behind
 */
export async function replaceFile(path: string, content: Uint8Array, expected: Uint8Array): Promise<void> {
  const target = await realpath(path);
  await using current = await open(target, constants.O_RDONLY | constants.O_NONBLOCK);
  const { mode, uid, gid } = await current.stat();
  await writeBeside(target, content, async (unfinished) => {
    // Before the mode: a change of the owner takes setuid and setgid away.
    await unfinished.chown(uid, gid).catch((error: unknown) => {
      if (errnoOf(error) !== 'EPERM') throw error;
    });
    await unfinished.chmod(mode & 0o7777);
    if (!(await current.readFile()).equals(expected)) throw new FileChangedError('the file was changed meanwhile');
  });
}

/**
 * Writes an output: a new file, or an old one as a whole, by rename. What is no regular file (`/dev/stdout`, a pipe) is
 * written as it is.
 */
export async function writeOutput(path: string, content: string): Promise<void> {
  const status = await lstat(path).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  });
  if (status === null) return writeBeside(path, Buffer.from(content), async (file) => file.chmod(0o666 & ~umask()));
  if (!status.isFile()) return writeFile(path, content);
  return writeBeside(path, Buffer.from(content), async (file) => file.chmod(status.mode & 0o7777));
}

/** Setting it is the only way to ask for it. */
function umask(): number {
  const mask = process.umask(0o077);
  process.umask(mask);
  return mask;
}

type File = Awaited<ReturnType<typeof open>>;

async function writeBeside(target: string, content: Uint8Array, prepare: (file: File) => Promise<void>): Promise<void> {
  const name = `.${basename(target).slice(0, 200)}.${randomBytes(6).toString('hex')}.new`;
  const unfinished = join(dirname(target), name);
  const file = await open(unfinished, 'wx', 0o600);
  try {
    try {
      await file.writeFile(content);
      await prepare(file);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, target);
  } catch (error) {
    await unlink(unfinished);
    throw error;
  }
}
