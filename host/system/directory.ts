import { type BigIntStats, constants, fstat, fstatSync, open, openSync } from 'node:fs';
import { promisify } from 'node:util';
import { OwnedFd } from './owned-fd.ts';

const openFd = promisify(open);
const fstatFd = promisify(fstat) as (fd: number, options: { bigint: true }) => Promise<BigIntStats>;

/** open(2): names a place without opening what is there. Node has no constant for it. */
const O_PATH = 0o10000000;

const OPEN_FLAGS = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** What makes a directory itself, whatever its name: two directories with the same identity are one. */
export interface Identity {
  /** Decimal, since both may exceed what a number holds. */
  readonly device: string;
  readonly inode: string;
}

/**
 * An open directory (an O_PATH fd). What is done through it is done to this very directory, whatever happens to its
 * name meanwhile. Its owner closes it; a mount cannot be unmounted while one is open on it.
 */
export class Directory extends OwnedFd {
  /** How it was reached: for texts, never to act on. */
  readonly path: string;
  /** True when it and every directory walked to it belong to root and nobody else may write to them. */
  readonly isTrusted: boolean;

  /** @param fd is owned by the new object. */
  constructor(fd: number, path: string, isTrusted: boolean) {
    super(fd, `the directory ${JSON.stringify(path)}`);
    this.path = path;
    this.isTrusted = isTrusted;
  }

  /** A path that leads to this directory, in this process only. */
  get self(): string {
    return `/proc/self/fd/${this.fd}`;
  }

  /** A path that leads to an entry of this directory, in this process only. */
  entry(name: string): string {
    if (name === '' || name.includes('/')) throw new Error(`expected one path segment, got ${JSON.stringify(name)}`);
    return `${this.self}/${name}`;
  }

  /**
   * Opens an entry that must be a directory; a link is ENOTDIR.
   * @throws the system call's own error.
   */
  async open(name: string): Promise<Directory> {
    const path = this.path === '/' ? `/${name}` : `${this.path}/${name}`;
    const fd = await openFd(this.entry(name), OPEN_FLAGS);
    if (!this.isTrusted) return new Directory(fd, path, false);
    return withTrust(fd, path);
  }

  /** The same directory once more, with an owner of its own. No link under it is ever followed. */
  async duplicate(): Promise<Directory> {
    return new Directory(await openFd(this.self, O_PATH | constants.O_DIRECTORY), this.path, false);
  }

  async stat(): Promise<BigIntStats> {
    return fstatFd(this.fd, { bigint: true });
  }

  /**
   * Whether this directory, however it was reached, belongs to root and nobody else may write to it: only root can then
   * swap an entry of it.
   */
  async isOnlyRoots(): Promise<boolean> {
    return isOnlyRoots(await this.stat());
  }

  async identity(): Promise<Identity> {
    const stats = await this.stat();
    return { device: stats.dev.toString(), inode: stats.ino.toString() };
  }
}

/** The root directory of this process. It is always at hand, so unlike all others it cannot keep us waiting. */
export function openRoot(): Directory {
  const fd = openSync('/', OPEN_FLAGS);
  return new Directory(fd, '/', isOnlyRoots(fstatSync(fd, { bigint: true })));
}

export function isSameDirectory(one: Identity, other: Identity): boolean {
  return one.device === other.device && one.inode === other.inode;
}

/** Where a mount begins whose driver is dead, nobody can tell whose the directory is: it is not trusted then. */
async function withTrust(fd: number, path: string): Promise<Directory> {
  const isTrusted = await fstatFd(fd, { bigint: true }).then(isOnlyRoots, () => false);
  return new Directory(fd, path, isTrusted);
}

function isOnlyRoots({ uid, mode }: BigIntStats): boolean {
  return uid === 0n && (mode & 0o022n) === 0n;
}
