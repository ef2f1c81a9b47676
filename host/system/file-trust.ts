import type { Stats } from 'node:fs';

/** Write permission of the group and of others. */
const OTHERS_WRITE = 0o022;

/**
 * Why somebody else than root, or than who runs this, may have written a file.
 * @param found of the open file, so that it is the one that is read.
 * @returns null when nobody else can have.
 */
export function distrustOf({ uid, mode }: Pick<Stats, 'uid' | 'mode'>): string | null {
  if (uid !== 0 && uid !== process.geteuid?.()) return `it belongs to user ${uid}`;
  return (mode & OTHERS_WRITE) === 0 ? null : `its mode is ${(mode & 0o7777).toString(8)}`;
}
