import type { LedgerMount, LedgerVolume, MountPresence, VolumeId } from '../core/documents.ts';
import { bootId } from '../system/boot-id.ts';
import type { Directory } from '../system/directory.ts';
import { DirectoryError } from '../system/directory-error.ts';
import { walk } from '../system/directory-walk.ts';
import { layersAt } from '../system/mount-layers.ts';
import { type MountTable, mountIdOf, readMountTable } from '../system/mount-table.ts';
import { DeadlineError, withDeadline } from './deadline.ts';

/** Past this the mount table is asked, which no filesystem can make wait. */
const WALK_TIMEOUT_MS = 2_000;

type Row = Pick<LedgerVolume, 'mount' | 'mountpoint' | 'state'>;

/** What was seen of some volumes, to be put into their rows once these are read again. */
export type Presences = ReadonlyMap<string, { readonly row: Row; readonly presence: MountPresence }>;

/**
 * Looks where volumes are said to be mounted. Nothing is locked: a row that has changed meanwhile is not told what was
 * seen of the old one.
 */
export async function lookAtVolumes(rows: readonly LedgerVolume[]): Promise<Presences> {
  const seen = await Promise.all(
    rows
      .filter(({ state }) => state === 'mounted')
      .map(async (row) => [keyOf(row), { row, presence: await presenceOf(row) }] as const),
  );
  return new Map(seen);
}

/** The same rows, each with what was seen of it. */
export function withPresences(rows: readonly LedgerVolume[], presences: Presences): LedgerVolume[] {
  return rows.map((row) => {
    const seen = presences.get(keyOf(row));
    return seen === undefined || !isSameRow(seen.row, row) ? row : { ...row, presence: seen.presence };
  });
}

/**
 * Whether a mounted volume's mount is where it was. Usually two system calls on the mountpoint tell; the mount table is
 * read only when they do not.
 */
export async function presenceOf({ mount, mountpoint }: Row): Promise<MountPresence> {
  const path = mount?.path ?? mountpoint;
  if (path === null || (mount !== null && mount.boot !== bootId())) return 'missing';
  try {
    const walked = walk({ within: null, path });
    const late = () => new DeadlineError(`looking at ${JSON.stringify(path)}`, WALK_TIMEOUT_MS);
    using directory = await closingLate(walked, withDeadline(walked, WALK_TIMEOUT_MS, late));
    if (mount === null || (await isOn(directory, mount))) return 'present';
  } catch (error) {
    if (mount === null) return error instanceof DirectoryError ? 'missing' : 'present';
  }
  return presenceIn(await readMountTable(), mount);
}

/** The same by the mount table alone, for many volumes at once. */
export function presenceIn(table: MountTable, { path, id, device, boot }: LedgerMount): MountPresence {
  if (boot !== bootId()) return 'missing';
  const top = layersAt(table, path).at(-1);
  if (top === undefined) return 'missing';
  return top.id === id && top.device === device ? 'present' : 'replaced';
}

/** An id is given again once its mount is gone, so that the device has its say. */
async function isOn(directory: Directory, { id, device }: LedgerMount): Promise<boolean> {
  if (mountIdOf(directory.fd) !== id) return false;
  const { dev } = await directory.stat();
  return device === `${majorOf(dev)}:${minorOf(dev)}`;
}

/** As glibc's makedev(3) packs them. */
function majorOf(dev: bigint): bigint {
  return ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & 0xfffff000n);
}

function minorOf(dev: bigint): bigint {
  return (dev & 0xffn) | ((dev >> 12n) & 0xffffff00n);
}

/** Whoever gives up on a walk does not get its fd: it is closed when it comes. */
async function closingLate(walked: Promise<Directory>, awaited: Promise<Directory>): Promise<Directory> {
  try {
    return await awaited;
  } catch (error) {
    walked.then(
      (directory) => directory.close(),
      () => undefined,
    );
    throw error;
  }
}

function isSameRow(one: Row, other: Row): boolean {
  return (
    one.state === other.state &&
    one.mountpoint === other.mountpoint &&
    one.mount?.path === other.mount?.path &&
    one.mount?.id === other.mount?.id &&
    one.mount?.device === other.mount?.device
  );
}

function keyOf({ driver, name }: VolumeId): string {
  return `${driver}\0${name}`;
}
