import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Between two looks at processes that were killed. */
const POLL_MS = 10;

/**
 * All that Linux lets a program be started with, arguments and environment together: execve(2). A process may say later
 * that its environment is any part of its memory, of any size: what is past this is not read.
 */
const ENVIRONMENT_MAX_BYTES = 6 * 1024 * 1024;

/**
 * Kills every process on the machine that was started with a variable in its environment, and waits for their end.
 * What they start meanwhile carries the variable, too, and is killed with the next look.
 * @param mark for example `DVDI_HOLD=…`, in full
 * @returns the pids of those that are left when the time is over: held by the kernel, for example in a call to a
 * filesystem that does not answer
 */
export async function endMarkedProcesses(mark: string, timeoutMs: number): Promise<number[]> {
  for (const deadlineMs = performance.now() + timeoutMs; ; ) {
    const pids = markedProcesses(mark);
    if (pids.length === 0 || performance.now() > deadlineMs) return pids;
    for (const pid of pids) kill(pid);
    await delay(POLL_MS);
  }
}

/** A process that has ended and was not reaped yet has no environment any more: it does not count. */
function markedProcesses(mark: string): number[] {
  const bytes = Buffer.from(mark, 'utf8').toString('latin1');
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && environmentOf(pid).includes(bytes));
}

/** As it was when the process was started; none of one that has ended, or that we may not ask. */
function environmentOf(pid: number): string[] {
  try {
    return readHead(`/proc/${pid}/environ`, ENVIRONMENT_MAX_BYTES).split('\0');
  } catch {
    return [];
  }
}

function readHead(path: string, maxBytes: number): string {
  const fd = openSync(path, 'r');
  try {
    const parts: Buffer[] = [];
    for (let size = 0; size < maxBytes; ) {
      const part = Buffer.alloc(Math.min(maxBytes - size, 65_536));
      const count = readSync(fd, part);
      if (count === 0) break;
      parts.push(part.subarray(0, count));
      size += count;
    }
    return Buffer.concat(parts).toString('latin1');
  } finally {
    closeSync(fd);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
