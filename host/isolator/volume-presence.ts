import { lstat } from 'node:fs/promises';
import type { LedgerMount, LedgerVolume, MountPresence } from '../core/documents.ts';
import { bootId } from '../system/boot-id.ts';
import { DirectoryError, errnoOf } from '../system/directory-error.ts';
import { segmentsOf, walk } from '../system/directory-walk.ts';
import { layersAt } from '../system/mount-layers.ts';
import { type MountTable, readMountTable } from '../system/mount-table.ts';
import { DeadlineError, withDeadline } from './deadline.ts';
import { volumeText } from './ledger/ledger.ts';

/** Past this the mount table is asked, which no filesystem can make wait. */
const LOOK_TIMEOUT_MS = 2_000;

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
      .map(async (row) => [volumeText(row), { row, presence: await presenceOf(row) }] as const),
  );
  return new Map(seen);
}

/** The same rows, each with what was seen of it. */
export function withPresences(rows: readonly LedgerVolume[], presences: Presences): LedgerVolume[] {
  return rows.map((row) => {
    const seen = presences.get(volumeText(row));
    return seen === undefined || !isSameRow(seen.row, row) ? row : { ...row, presence: seen.presence };
  });
}

/**
 * Whether a mounted volume's mount is where it was. Usually the device at its path tells; the mount table is read only
 * when that does not. Nothing is opened on the mount: an fd, be it for a moment, would make somebody's unmount fail.
 */
export async function presenceOf({ mount, mountpoint }: Row): Promise<MountPresence> {
  const path = mount?.path ?? mountpoint;
  if (path === null || (mount !== null && mount.boot !== bootId())) return 'missing';
  try {
    const late = () => new DeadlineError(`looking at ${JSON.stringify(path)}`, LOOK_TIMEOUT_MS);
    const devices = await withDeadline(devicesAt(path), LOOK_TIMEOUT_MS, late);
    if (mount === null) return devices === null ? 'missing' : 'present';
    if (devices !== null && devices.own === mount.device && devices.own !== devices.parent) return 'present';
  } catch (error) {
    // A filesystem that does not answer is there.
    if (mount === null) return error instanceof DirectoryError ? 'missing' : 'present';
  }
  return mount === null ? 'present' : presenceIn(await readMountTable(), mount);
}

/** The same by the mount table alone, for many volumes at once. */
export function presenceIn(table: MountTable, { path, id, device, boot }: LedgerMount): MountPresence {
  if (boot !== bootId()) return 'missing';
  const top = layersAt(table, path).at(-1);
  if (top === undefined) return 'missing';
  return top.id === id && top.device === device ? 'present' : 'replaced';
}

/** The devices of an entry and of the directory that it is in; null when nothing is there. */
async function devicesAt(path: string): Promise<{ readonly own: string; readonly parent: string } | null> {
  const names = segmentsOf(path);
  const name = names.pop();
  if (name === undefined) return null;
  using parent = await walk({ within: null, path: `/${names.join('/')}` });
  try {
    const { dev } = await lstat(parent.entry(name), { bigint: true });
    return { own: deviceText(dev), parent: deviceText((await parent.stat()).dev) };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** As the mount table writes it. */
function deviceText(dev: bigint): string {
  return `${majorOf(dev)}:${minorOf(dev)}`;
}

/** As glibc's makedev(3) packs them. */
function majorOf(dev: bigint): bigint {
  return ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & 0xfffff000n);
}

function minorOf(dev: bigint): bigint {
  return (dev & 0xffn) | ((dev >> 12n) & 0xffffff00n);
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
