import { readFileSync } from 'node:fs';

let known: string | null = null;

/**
 * What tells one run of the kernel from the next: a mount id or a process id that was written down under another boot
 * id means nothing any more (random(4)).
 */
export function bootId(): string {
  known ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return known;
}
