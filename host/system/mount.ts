import { type Directory, isSameDirectory } from './directory.ts';
import { type Place, walk } from './directory-walk.ts';
import { MountError } from './mount-error.ts';
import { callMount } from './mount-program.ts';
import { type MountEntry, type MountTable, mountIdOf, readMountTable } from './mount-table.ts';

/** Flags of a mount that a remount would drop when they are not given again: mount(2), MS_REMOUNT with MS_BIND. */
const KEPT_FLAGS = ['nosuid', 'nodev', 'noexec', 'noatime', 'nodiratime', 'relatime', 'nosymfollow'];

export type PropagationKind = 'private' | 'slave' | 'shared' | 'unbindable';

export interface Bind {
  /** What shall be seen at the target; stays the caller's. */
  readonly source: Directory;
  readonly target: Place;
  /** Whether mounts below the source come along. */
  readonly recursive: boolean;
  /** With `recursive`, every mount that comes along becomes read-only too. */
  readonly readOnly: boolean;
}

/**
 * Binds a directory onto another, fd to fd, so that no name counts: neither end can be swapped for a link meanwhile.
 * Afterwards the target is looked up again and must be the very mount that was made; who swaps the target's name just
 * then only makes this fail. What was bound before a failure stays: it is made in a mount namespace that the caller
 * gives up then.
 * @throws {DirectoryError | MountError}
 */
export async function bind({ source, target, recursive, readOnly }: Bind): Promise<void> {
  using under = await walk(target);
  const parentId = mountIdOf(under.fd);
  await callMount(
    under.path,
    [recursive ? '--rbind' : '--bind', '/proc/self/fd/3', '/proc/self/fd/4'],
    [source.fd, under.fd],
  );
  using made = await walk(target);
  const table = await readMountTable();
  const entry = table.byId(mountIdOf(made.fd));
  const isOurs = entry?.parentId === parentId && isSameDirectory(await made.identity(), await source.identity());
  if (entry === null || !isOurs) {
    throw new MountError('mount-unverified', under.path, 'expected the new mount at this path, got something else');
  }
  if (readOnly) await makeTreeReadOnly(made, entry, table);
}

/**
 * Changes what mount events a mount and all below it exchange with others.
 * @param directory the root of a mount.
 * @throws {MountError}
 */
export async function setPropagation(directory: Directory, kind: PropagationKind): Promise<void> {
  await callMount(directory.path, [`--make-r${kind}`, '/proc/self/fd/3'], [directory.fd]);
}

/** Read-only is a flag of each single mount, and a recursive bind copies the flags of what lies below. */
async function makeTreeReadOnly(root: Directory, entry: MountEntry, table: MountTable): Promise<void> {
  await remountReadOnly(root, entry);
  for (const below of table.descendantsOf(entry)) {
    const path = below.mountpoint.slice(entry.mountpoint.length);
    // Where two are stacked, only the upper one can be reached; the walk then ends on another mount than this one.
    if (table.at(below.mountpoint) !== below) {
      throw new MountError(
        'mount-hidden',
        below.mountpoint,
        'a mount lies hidden here, so it cannot be made read-only',
      );
    }
    using directory = await walk({ within: root, path });
    if (mountIdOf(directory.fd) !== below.id) {
      throw new MountError('mount-unverified', below.mountpoint, 'expected the mount seen a moment ago, got another');
    }
    await remountReadOnly(directory, below);
  }
  await verifyReadOnly(entry);
}

async function remountReadOnly(directory: Directory, entry: MountEntry): Promise<void> {
  const flags = KEPT_FLAGS.filter((flag) => entry.options.includes(flag));
  const options = ['remount', 'bind', 'ro', ...flags].join(',');
  await callMount(entry.mountpoint, ['-o', options, 'none', '/proc/self/fd/3'], [directory.fd]);
}

/** Looks at the table once more: a mount that propagated in meanwhile would be writable. */
async function verifyReadOnly(root: MountEntry): Promise<void> {
  const table = await readMountTable();
  const now = table.byId(root.id);
  const writable =
    now === null ? root : [now, ...table.descendantsOf(now)].find(({ options }) => !options.includes('ro'));
  if (writable !== undefined) {
    throw new MountError('mount-unverified', writable.mountpoint, 'expected a read-only mount, got a writable one');
  }
}
