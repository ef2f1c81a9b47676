import { type FileHandle, open } from 'node:fs/promises';
import { QUERY_TIMEOUT_MS } from './limits.ts';
import { runTool } from './tools.ts';

/** flock(1) exits with this when the lock is still taken at the end of its wait. */
const TAKEN = 1;

/**
 * Takes the exclusive lock of a directory, or says that somebody has it. Node has no flock(2): flock(1) takes it
 * on our own open file, which it inherits, so that the lock stays ours when it ends, and the kernel frees it with the
 * handle, also when this process is killed. No lock file is left lying about.
 *
 * @param waitSeconds how long to wait for it; 0 to ask once
 * @returns the handle that holds the lock, to be closed by the caller; null when the lock is taken
 */
export async function lockDirectory(directory: string, flock: string, waitSeconds: number): Promise<FileHandle | null> {
  const handle = await open(directory, 'r');
  try {
    const answer = await runTool(flock, ['--exclusive', '--timeout', String(waitSeconds), '3'], {
      purpose: `lock ${directory}`,
      timeoutMs: QUERY_TIMEOUT_MS + waitSeconds * 1000,
      fds: [handle.fd],
      answers: [TAKEN],
    });
    if (answer.exitCode === 0) return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return null;
}
