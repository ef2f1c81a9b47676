import { printableText } from '../../system/printable-text.ts';
import { PluginFailure } from './plugin-failure.ts';

/** Linux' limit of a file name (NAME_MAX), less the longest ending that discovery adds, `.sock`. */
const FILE_NAME_MAX_BYTES = 255 - '.sock'.length;

/**
 * The name, without ending, of the file that says where a driver listens.
 *
 * Docker puts the driver's name into a path as it is, so that a name with `/` or `..` reaches other folders. Ours is
 * one component always: `/` is written `%2F`, which also gives drivers such as `rexray/ebs` a file that can exist.
 *
 * @throws {PluginFailure} code `driver-missing` when no file can have the name
 */
export function pluginFileName(driver: string): string {
  const fileName = driver.replaceAll('/', '%2F');
  if (driver === '') throw nameFailure('the driver has no name');
  if (driver.split('/').some((part) => part === '.' || part === '..')) {
    throw nameFailure(`${JSON.stringify(printableText(driver))} walks folders and is no driver's name`);
  }
  if (printableText(fileName) !== fileName || Buffer.byteLength(fileName) > FILE_NAME_MAX_BYTES) {
    throw nameFailure(
      `${JSON.stringify(printableText(driver, 300))} is no driver's name: expected printable characters, ` +
        `at most ${FILE_NAME_MAX_BYTES} bytes`,
    );
  }
  return fileName;
}

function nameFailure(message: string): PluginFailure {
  return new PluginFailure(message, { code: 'driver-missing', mayHaveActed: false });
}
