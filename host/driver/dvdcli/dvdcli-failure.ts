import type { VolumeOption } from '../../core/documents.ts';
import { printableText } from '../../system/printable-text.ts';
import type { ProcessError, ProcessErrorCode } from '../../system/process-error.ts';
import { redactOptions } from '../../system/redaction.ts';
import { DriverError, type DriverErrorCode, type VolumeCall } from '../volume-driver.ts';
import { logExcerpt } from './dvdcli-answer.ts';

const DRIVER_CODES: Readonly<Record<ProcessErrorCode, DriverErrorCode>> = {
  'process-start': 'driver-missing',
  'process-timeout': 'driver-timeout',
  'process-cancelled': 'driver-timeout',
  'process-output': 'driver-answer',
  'process-signal': 'driver-crashed',
  'process-exit': 'driver-refused',
};

/** One use of an executable, as its errors describe it. */
export interface DvdcliUse {
  readonly executable: string;
  readonly call: VolumeCall & { readonly options?: readonly VolumeOption[] };
  readonly operation: 'mount' | 'unmount' | 'mountpointOf';
  /** False for a use that cannot touch a volume. */
  readonly changes: boolean;
}

/**
 * The error of a run that failed. Once the executable runs, it may have acted: no exit code says how far it came.
 */
export function errorOfRun(error: ProcessError, use: DvdcliUse): DriverError {
  const log = logExcerpt(error.stderr, (text) => redactOptions(text, use.call.options ?? []));
  return new DriverError(textOf(use, `${printableText(error.message)}${log === '' ? '' : `; it says: ${log}`}`), {
    code: DRIVER_CODES[error.code],
    volume: use.call.volume,
    operation: use.operation,
    uncertain: use.changes && error.code !== 'process-start',
    // The output that the process left behind may hold a secret.
    ...(use.call.options?.some((option) => option.secret) ? {} : { cause: error }),
  });
}

/** The error of an answer that is none, after an exit code of 0. */
export function errorOfAnswer(fault: string, stderr: Buffer, use: DvdcliUse): DriverError {
  const log = logExcerpt(stderr, (text) => redactOptions(text, use.call.options ?? []));
  const reason = `${JSON.stringify(printableText(use.executable))} exited with 0, but: ${fault}`;
  return new DriverError(textOf(use, `${reason}${log === '' ? '' : `; it says: ${log}`}`), {
    code: 'driver-answer',
    volume: use.call.volume,
    operation: use.operation,
    uncertain: use.changes,
  });
}

/** The error of a call that its caller gave up before it began. */
export function errorOfAbort(use: DvdcliUse): DriverError {
  return new DriverError(textOf(use, 'the caller gave up before it began'), {
    code: 'driver-timeout',
    volume: use.call.volume,
    operation: use.operation,
    uncertain: false,
  });
}

function textOf(use: DvdcliUse, reason: string): string {
  const { driver, name } = use.call.volume;
  const subject = `${use.operation} of volume "${printableText(name)}" by driver "${printableText(driver)}"`;
  return `${subject}: ${redactOptions(reason, use.call.options ?? [])}`;
}
