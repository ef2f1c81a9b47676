import type { VolumeOption } from '../../core/documents.ts';
import { printableText } from '../../system/printable-text.ts';
import { DriverError, type MountCall, type VolumeCall } from '../volume-driver.ts';

/**
 * How an executable reads `--volumeopts=key=value`. The original splits the argument at every comma and cuts the value
 * at its second `=`. Ours reads the argument as one record of comma-separated values, so that an item in double quotes
 * arrives as it was written.
 */
export type OptionSyntax = 'plain' | 'quoted';

/**
 * The line by which the dvdcli of this package, which knows the `quoted` syntax, shows in the output of `dvdcli
 * version`.
 */
export const OWN_VERSION_LINE = 'Origin: mesos-module-dvdi';

/** Whether an option reaches only an executable that knows the `quoted` syntax. */
export function needsQuotes(option: VolumeOption): boolean {
  return /[,"]/.test(option.key) || /[,"=]/.test(option.value);
}

/**
 * The arguments of `dvdcli mount`.
 * @throws {DriverError} code `driver-refused`, nothing done, when a text would not arrive as it was written
 */
export function mountArguments(call: MountCall, syntax: OptionSyntax): string[] {
  return [
    'mount',
    ...volumeArguments(call, 'mount'),
    ...call.options.map((option) => `--volumeopts=${itemOf(option, call, syntax)}`),
    // The original's own spelling; it knows no --explicitCreate.
    ...(call.create ? [] : ['--explicitcreate=true']),
  ];
}

/** The arguments of `dvdcli unmount`; throws as mountArguments does. */
export function unmountArguments(call: VolumeCall): string[] {
  return ['unmount', ...volumeArguments(call, 'unmount')];
}

/** The arguments of `dvdcli path`; throws as mountArguments does. */
export function pathArguments(call: VolumeCall): string[] {
  return ['path', ...volumeArguments(call, 'mountpointOf')];
}

/** The arguments of `dvdcli list`. */
export function listArguments(call: VolumeCall): string[] {
  return ['list', `--volumedriver=${call.volume.driver}`];
}

function volumeArguments(call: VolumeCall, operation: string): string[] {
  const { driver, name } = call.volume;
  for (const text of [driver, name]) {
    if (text === '' || /\p{Cc}/u.test(text)) {
      throw refuse(call, operation, 'a driver and a volume need names without control characters');
    }
  }
  return [`--volumedriver=${driver}`, `--volumename=${name}`];
}

function itemOf(option: VolumeOption, call: MountCall, syntax: OptionSyntax): string {
  const item = `${option.key}=${option.value}`;
  if (option.key === '' || option.key.includes('=') || /\p{Cc}/u.test(item)) {
    throw refuse(
      call,
      'mount',
      `option "${printableText(option.key)}": its name is empty or has a "=", or it has a control character`,
    );
  }
  if (!needsQuotes(option)) return item;
  if (syntax === 'plain') {
    throw refuse(
      call,
      'mount',
      `option "${printableText(option.key)}" has a comma, a double quote or a further "=", which this dvdcli does not ` +
        'keep together: use the dvdcli of mesos-module-dvdi, or the plugin transport',
    );
  }
  return `"${item.replaceAll('"', '""')}"`;
}

function refuse(call: VolumeCall, operation: string, reason: string): DriverError {
  return new DriverError(`${operation} by dvdcli: cannot be passed on: ${reason}`, {
    code: 'driver-refused',
    volume: call.volume,
    operation,
    uncertain: false,
  });
}
