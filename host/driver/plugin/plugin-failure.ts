import type { VolumeId, VolumeOption } from '../../core/documents.ts';
import { printableText } from '../../system/printable-text.ts';
import { redactOptions } from '../../system/redaction.ts';
import { DriverError, type DriverErrorCode } from '../volume-driver.ts';

/** What went wrong between us and a plugin, before it is known for which volume and operation. */
export class PluginFailure extends Error {
  override readonly name = 'PluginFailure';
  readonly code: DriverErrorCode;
  /** True when the plugin may have acted: its outcome is unknown if the call was one that changes something. */
  readonly mayHaveActed: boolean;
  /** True when nobody could be reached and trying again later may help. */
  readonly retry: boolean;
  /** True when the plugin answered that it does not know the call. */
  readonly unimplemented: boolean;

  constructor(
    message: string,
    fields: {
      code: DriverErrorCode;
      mayHaveActed: boolean;
      retry?: boolean;
      unimplemented?: boolean;
      cause?: unknown;
    },
  ) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.code = fields.code;
    this.mayHaveActed = fields.mayHaveActed;
    this.retry = fields.retry ?? false;
    this.unimplemented = fields.unimplemented ?? false;
  }

  /** The same failure of a call that changes nothing, whatever became of it. */
  withoutEffect(): PluginFailure {
    if (!this.mayHaveActed) return this;
    const { code, retry, unimplemented, cause } = this;
    return new PluginFailure(this.message, { code, mayHaveActed: false, retry, unimplemented, cause });
  }

  /**
   * The error of the driver interface. It has no cause: its text says all that this one says, and what led to this one
   * is how Node words it, with secrets it may be.
   * @param secrets options whose secret values must not be in its text
   */
  toDriverError(volume: VolumeId, operation: string, secrets: readonly VolumeOption[] = []): DriverError {
    const subject = volume.name === '' ? '' : ` of volume "${printableText(volume.name)}"`;
    const message = redactOptions(this.message, secrets);
    return new DriverError(`${operation}${subject} by driver "${printableText(volume.driver)}": ${message}`, {
      code: this.code,
      volume,
      operation,
      uncertain: this.mayHaveActed,
    });
  }
}
