import { readFileSync } from 'node:fs';
import { bootId } from '../../system/boot-id.ts';
import type { ProcessRecord } from './ledger.ts';

/** proc_pid_stat(5): the fields after the name of the command start with the third; the start time is the 22nd. */
const START_TICKS_INDEX = 22 - 3;

/** Process 1, which lives exactly as long as this boot of the machine (or this container of ours) does. */
export function readFirstProcess(): ProcessRecord {
  const text = readFileSync('/proc/1/stat', 'utf8');
  // The name of the command stands in parentheses and may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { pid: 1, startTicks: Number(fields[START_TICKS_INDEX]), boot: bootId() };
}
