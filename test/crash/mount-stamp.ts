import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { type MountEntry, parseMountTable } from '../../host/system/mount-table.ts';
import type { MountStamp, VolumePlaces } from './messages.ts';

/** Of the image: the superblock begins at 1024, `s_mnt_count` is 16 bits, little-endian, 52 bytes into it: ext4(5). */
const MOUNT_COUNT_OFFSET = 1024 + 52;

/** All mounts at or under a directory, straight from the kernel. */
export function mountsUnder(directory: string): MountEntry[] {
  const { entries } = parseMountTable(readFileSync('/proc/self/mountinfo', 'utf8'));
  return entries.filter(({ mountpoint }) => mountpoint.startsWith(`${directory}/`));
}

/** The mount of a volume; null when it is not mounted. */
export function stampOf({ image, mountpoint }: VolumePlaces): MountStamp | null {
  const { entries } = parseMountTable(readFileSync('/proc/self/mountinfo', 'utf8'));
  const entry = entries.findLast((each) => each.mountpoint === mountpoint);
  return entry === undefined ? null : { id: entry.id, mountCount: mountCountOf(image) };
}

function mountCountOf(image: string): number {
  const fd = openSync(image, 'r');
  try {
    const bytes = Buffer.alloc(2);
    readSync(fd, bytes, 0, 2, MOUNT_COUNT_OFFSET);
    return bytes.readUInt16LE();
  } finally {
    closeSync(fd);
  }
}
