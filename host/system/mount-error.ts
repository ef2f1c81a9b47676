/** Why a mount could not be made, changed or removed; every code has its entry in docs/errors.md. */
export type MountErrorCode =
  /** mount(8) or umount(8) refused; the cause holds what it said. */
  | 'mount-refused'
  /** After the call the mount table does not say what it must. */
  | 'mount-unverified'
  /** A mount below a read-only bind cannot be reached by any path, so it cannot be made read-only. */
  | 'mount-hidden'
  /** Somebody still uses what was to be unmounted, or something is mounted below it. */
  | 'mount-busy'
  /** Others than root may swap the name of a mountpoint, so that no unmount by this name is safe. */
  | 'mount-exposed'
  /** The mount that a directory is on is not in the mount table. */
  | 'mount-missing';

/** A mount that failed. Its texts may hold untrusted names: never print them raw to a terminal. */
export class MountError extends Error {
  override readonly name = 'MountError';
  readonly code: MountErrorCode;
  readonly path: string;

  constructor(code: MountErrorCode, path: string, message: string, cause?: unknown) {
    super(`${JSON.stringify(path)}: ${message}`, { cause });
    this.code = code;
    this.path = path;
  }
}
