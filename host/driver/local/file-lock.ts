import { type FileHandle, open } from 'node:fs/promises';
import { QUERY_TIMEOUT_MS } from './limits.ts';
import { runTool } from './tools.ts';

/** flock(1) exits with this when the lock is still taken at the end of its wait. */
const TAKEN = 1;

export interface LockRequest {
  /** Path of flock(1). */
  readonly flock: string;
  /** How long to wait for the lock; 0 to ask once. */
  readonly waitSeconds: number;
  /** Shared locks exclude only the exclusive one. */
  readonly mode: 'exclusive' | 'shared';
  /** Of what is locked, for messages. */
  readonly path: string;
}

/**
 * Locks an open file or directory. Node has no flock(2): flock(1) takes it on our own open file, which it inherits, so
 * that the lock stays ours when it ends. The kernel frees it with the last fd of that open file: when the handle is
 * closed, or when this process is dead and so is every program that was given the fd. No clock has a say in it.
 *
 * @returns whether it was locked
 */
export async function lockHandle(handle: FileHandle, request: LockRequest): Promise<boolean> {
  const { flock, waitSeconds, mode, path } = request;
  const answer = await runTool(flock, [`--${mode}`, '--timeout', String(waitSeconds), '3'], {
    purpose: `lock ${path}`,
    timeoutMs: QUERY_TIMEOUT_MS + waitSeconds * 1000,
    fds: [handle.fd],
    answers: [TAKEN],
  });
  return answer.exitCode === 0;
}

/**
 * Takes the lock of a directory, or says that somebody has it. No lock file is left lying about.
 *
 * @param waitSeconds how long to wait for it; 0 to ask once
 * @returns the handle that holds the lock, to be closed by the caller; null when the lock is taken
 */
export async function lockDirectory(
  directory: string,
  flock: string,
  waitSeconds: number,
  mode: LockRequest['mode'] = 'exclusive',
): Promise<FileHandle | null> {
  const handle = await open(directory, 'r');
  try {
    if (await lockHandle(handle, { flock, waitSeconds, mode, path: directory })) return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return null;
}
