import type { VolumeId, VolumeOption } from '../core/documents.ts';

/** What every call needs to know. */
export interface VolumeCall {
  readonly volume: VolumeId;
  readonly timeoutMs: number;
  /** Ends the call early: it then counts as a timeout, its outcome as uncertain where it changes something. */
  readonly signal?: AbortSignal;
}

/** What a mount call needs to know. */
export interface MountCall extends VolumeCall {
  readonly options: readonly VolumeOption[];
  /** Whether the driver may create the volume when it does not exist. */
  readonly create: boolean;
}

/** What an unmount call needs to know. */
export type UnmountCall = VolumeCall;

/** One way to speak to volume drivers: through dvdcli, or straight to a plugin's socket. */
export interface VolumeDriver {
  /**
   * Mounts a volume and gives its mountpoint as the driver named it, not yet checked: `checkMountpoint` does that.
   * @throws {DriverError}
   */
  mount(call: MountCall): Promise<string>;
  /** @throws {DriverError} */
  unmount(call: UnmountCall): Promise<void>;
  /**
   * Where the driver says that the volume is mounted now, not yet checked; null when it names no place, or the volume
   * does not exist. Changes nothing. Many drivers name the place where they would mount, mounted or not, so that only
   * the mount table tells whether something is there.
   * @throws {DriverError} when the driver cannot say; never `uncertain`
   */
  mountpointOf(call: VolumeCall): Promise<string | null>;
}

/** Why a driver call failed; every code has its entry in docs/errors.md. */
export type DriverErrorCode =
  /** No such executable, no such socket or spec file. Nothing was done. */
  | 'driver-missing'
  /** No answer within the time limit, or the call was aborted. */
  | 'driver-timeout'
  /** The driver refused: exit code not 0, or an error text. */
  | 'driver-refused'
  /** The driver answered something that is no answer: no path, two lines, help text, bad JSON, too much output. */
  | 'driver-answer'
  /** The connection broke, or the process was ended by a signal. */
  | 'driver-crashed';

/** A failed driver call, in a form that a program can read. */
export class DriverError extends Error {
  override readonly name = 'DriverError';
  readonly code: DriverErrorCode;
  readonly volume: VolumeId;
  readonly operation: string;
  readonly timedOut: boolean;
  /** True when the driver may have acted all the same: the volume's state is then unknown, never guessed. */
  readonly uncertain: boolean;

  constructor(
    message: string,
    fields: {
      code: DriverErrorCode;
      volume: VolumeId;
      operation: string;
      uncertain: boolean;
      cause?: unknown;
    },
  ) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.code = fields.code;
    this.volume = fields.volume;
    this.operation = fields.operation;
    this.timedOut = fields.code === 'driver-timeout';
    this.uncertain = fields.uncertain;
  }
}
