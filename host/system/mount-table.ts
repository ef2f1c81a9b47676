import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type Directory, isSameDirectory } from './directory.ts';

/** One line of mountinfo: proc_pid_mountinfo(5). */
export interface MountEntry {
  readonly id: number;
  readonly parentId: number;
  /** `major:minor`. */
  readonly device: string;
  /** The directory of the filesystem that is mounted here. */
  readonly root: string;
  readonly mountpoint: string;
  /** Per mount, for example `ro`. */
  readonly options: readonly string[];
  readonly propagation: Propagation;
  readonly filesystem: string;
  readonly source: string;
  /** Per filesystem. */
  readonly superOptions: readonly string[];
}

/** The optional fields; a mount with none of them is private. */
export interface Propagation {
  /** Peer group that mount events are exchanged with, or null. */
  readonly shared: number | null;
  /** Peer group that mount events come from, or null. */
  readonly master: number | null;
  readonly unbindable: boolean;
}

/** The mounts of one mount namespace at one moment. */
export class MountTable {
  readonly entries: readonly MountEntry[];
  readonly #byId: ReadonlyMap<number, MountEntry>;
  readonly #children: ReadonlyMap<number, readonly MountEntry[]>;

  constructor(entries: readonly MountEntry[]) {
    this.entries = entries;
    this.#byId = new Map(entries.map((entry) => [entry.id, entry]));
    this.#children = Map.groupBy(entries, (entry) => entry.parentId);
  }

  byId(id: number): MountEntry | null {
    return this.#byId.get(id) ?? null;
  }

  /** Mounts made directly on a directory of this mount. */
  childrenOf(entry: MountEntry): readonly MountEntry[] {
    return (this.#children.get(entry.id) ?? []).filter((child) => child !== entry);
  }

  /** Every mount below this one, parents first, hidden ones too. */
  descendantsOf(entry: MountEntry): MountEntry[] {
    return this.childrenOf(entry).flatMap((child) => [child, ...this.descendantsOf(child)]);
  }

  /**
   * The mount that a normalised absolute path without links leads into, the way the kernel walks: from the root
   * downwards, always into the topmost mount, so that neither stacked nor hidden mounts deceive.
   */
  covering(path: string): MountEntry | null {
    let current = this.entries.find((entry) => !this.#byId.has(entry.parentId) || entry.parentId === entry.id) ?? null;
    while (current !== null) {
      const next: MountEntry | null = this.#firstOnTheWay(current, path);
      if (next === null) return current;
      current = next;
    }
    return null;
  }

  /** The topmost mount whose mountpoint is exactly this path, or null. */
  at(path: string): MountEntry | null {
    const entry = this.covering(path);
    return entry?.mountpoint === path ? entry : null;
  }

  #firstOnTheWay(from: MountEntry, path: string): MountEntry | null {
    let first: MountEntry | null = null;
    for (const child of this.childrenOf(from)) {
      if (!isAtOrUnder(path, child.mountpoint)) continue;
      if (first === null || child.mountpoint.length < first.mountpoint.length) first = child;
    }
    return first;
  }
}

/** Whether `path` is `directory` or below it, by segments; both absolute and normalised. */
export function isAtOrUnder(path: string, directory: string): boolean {
  return directory === '/' || path === directory || path.startsWith(`${directory}/`);
}

/**
 * Parses the text of /proc/PID/mountinfo.
 * @throws {Error} on a line that does not have its shape: the kernel then speaks a language we do not know.
 */
export function parseMountTable(text: string): MountTable {
  return new MountTable(
    text
      .split('\n')
      .filter((line) => line !== '')
      .map(parseLine),
  );
}

/** The mount table of this process. */
export async function readMountTable(): Promise<MountTable> {
  return parseMountTable(await readFile('/proc/self/mountinfo', 'utf8'));
}

/** The id of the mount that an open fd (an O_PATH one too) is on. What the kernel keeps of an fd is read at once. */
export function mountIdOf(fd: number): number {
  const text = readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8');
  const id = /^mnt_id:\s*(\d+)$/m.exec(text)?.[1];
  if (id === undefined) throw new Error(`expected a line "mnt_id:" in /proc/self/fdinfo/${fd}, got none`);
  return Number(id);
}

/**
 * Whether a directory is where a mount begins: then its parent is on another mount, or it is the root of all, which is
 * its own parent.
 */
export async function isMountRoot(directory: Directory): Promise<boolean> {
  using parent = await directory.open('..');
  if (mountIdOf(directory.fd) !== mountIdOf(parent.fd)) return true;
  return isSameDirectory(await directory.identity(), await parent.identity());
}

function parseLine(line: string): MountEntry {
  const fields = line.split(' ');
  const separator = fields.indexOf('-', 6);
  const [id, parentId, device, root, mountpoint, options] = fields;
  const [filesystem, source, superOptions] = fields.slice(separator + 1);
  if (separator < 0 || options === undefined || superOptions === undefined || !/^\d+ \d+ \d+:\d+ /.test(line)) {
    throw new Error(`expected a line of mountinfo, got ${JSON.stringify(line)}`);
  }
  return {
    id: Number(id),
    parentId: Number(parentId),
    device: device as string,
    root: unescapeOctal(root as string),
    mountpoint: unescapeOctal(mountpoint as string),
    options: options.split(','),
    propagation: parsePropagation(fields.slice(6, separator)),
    filesystem: unescapeOctal(filesystem as string),
    source: unescapeOctal(source as string),
    superOptions: superOptions.split(',').map(unescapeOctal),
  };
}

/** Tags that are not known are left alone, as the manual page demands. */
function parsePropagation(tags: readonly string[]): Propagation {
  const numberOf = (tag: string): number | null => {
    const found = tags.find((text) => text.startsWith(`${tag}:`));
    return found === undefined ? null : Number(found.slice(tag.length + 1));
  };
  return { shared: numberOf('shared'), master: numberOf('master'), unbindable: tags.includes('unbindable') };
}

/** The kernel writes space, tab, line feed, backslash and `#` as three octal digits. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_match, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
