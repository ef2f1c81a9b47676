import type { VolumeId } from '../core/documents.ts';

/** What is wrong between a volume, its driver and the mount table; every code has its entry in docs/errors.md. */
export type VolumeErrorCode =
  /** The driver named a mountpoint that belongs to another live volume. */
  | 'mountpoint-taken'
  /** The driver said that it has unmounted, and the mount is still there. */
  | 'unmount-without-effect'
  /** An earlier mount of the volume is still there, and would be covered by the new one. */
  | 'mount-left';

/** A volume whose driver and whose mounts do not agree. Texts may quote the document: never print them raw. */
export class VolumeError extends Error {
  override readonly name = 'VolumeError';
  readonly code: VolumeErrorCode;
  readonly volume: VolumeId;
  /** The mountpoint in question. */
  readonly path: string;

  constructor(code: VolumeErrorCode, volume: VolumeId, path: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.volume = volume;
    this.path = path;
  }
}
