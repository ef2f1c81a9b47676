import { readFileSync } from 'node:fs';
import { bootId } from '../system/boot-id.ts';
import type { ProcessRecord } from './ledger/ledger.ts';

/** This process, as the ledger notes it. */
export function ownProcess(): ProcessRecord {
  const startTicks = startTicksOf(process.pid);
  if (startTicks === null) throw new Error('expected this process to be in /proc');
  return { pid: process.pid, startTicks, boot: bootId() };
}

/** Whether a process that was noted is still there: the very same, not one that was given its number later. */
export function isAlive({ pid, startTicks, boot }: ProcessRecord): boolean {
  return boot === bootId() && startTicksOf(pid) === startTicks;
}

/** When a process was started, in clock ticks since boot (proc_pid_stat(5), field 22); null when it has ended. */
function startTicksOf(pid: number): number | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
  // The name, field 2, may hold blanks and parentheses.
  const [state, ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || state === 'X' ? null : Number(fields[18]);
}
