import { closeSync, readdirSync, readFileSync } from 'node:fs';

/** open(2), as /proc/PID/fdinfo shows it. Node has no constant for it. */
const O_CLOEXEC = 0o2000000;

/**
 * Closes what this process was given beyond the fds it was meant to have. Node marks only the first inherited fds so
 * that no child gets them, up to a gap past 16; runc had the same leak as CVE-2024-21626. What Node has opened itself
 * is marked already and is left alone.
 * @param highest the last fd that is kept.
 */
export function closeInheritedFds(highest: number): void {
  for (const name of readdirSync('/proc/self/fd')) {
    const fd = Number(name);
    if (fd > highest && isInherited(fd)) closeSync(fd);
  }
}

function isInherited(fd: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1] ?? '';
    return (Number.parseInt(flags, 8) & O_CLOEXEC) === 0;
  } catch {
    // The one that the listing itself was read through.
    return false;
  }
}
