import { OWN_VERSION_LINE } from '../../driver/dvdcli/dvdcli-arguments.ts';
import { printableText } from '../../system/printable-text.ts';
import { installedVersion } from '../installation.ts';

/** The lines of `dvdcli version`: the original's names where there is something to say, and who we are. */
export function versionLines(): string[] {
  return [
    `Binary: ${printableText(process.argv[1] ?? process.execPath)}`,
    `SemVer: ${installedVersion()}`,
    `OsArch: ${process.platform}-${process.arch}`,
    OWN_VERSION_LINE,
  ];
}
