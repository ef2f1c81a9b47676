import { readdirSync, readFileSync } from 'node:fs';
import { isAtOrUnder, readMountTable } from '../../host/system/mount-table.ts';

/** What the kernel knows of one image volume of the embedded driver; no word of the driver is in it. */
export interface VolumeView {
  /** Mountpoints in the volume's directory. */
  readonly mountpoints: readonly string[];
  /** Loop devices that hold the image as it is now: who writes there writes to the volume. */
  readonly devices: readonly string[];
  /** Loop devices that hold an image which has been replaced since. */
  readonly cutOff: readonly string[];
}

/** @param directory of the volume, in its store */
export async function viewVolume(directory: string): Promise<VolumeView> {
  const { entries } = await readMountTable();
  const files = readdirSync('/sys/block')
    .filter((name) => name.startsWith('loop'))
    .map((name) => ({ device: `/dev/${name}`, file: backingFile(name) }));
  const holding = (file: string) => files.filter((found) => found.file === file).map(({ device }) => device);
  return {
    mountpoints: entries.map(({ mountpoint }) => mountpoint).filter((path) => isAtOrUnder(path, directory)),
    devices: holding(`${directory}/image`),
    cutOff: holding(`${directory}/image (deleted)`),
  };
}

function backingFile(device: string): string {
  try {
    return readFileSync(`/sys/block/${device}/loop/backing_file`, 'utf8').trim();
  } catch {
    return '';
  }
}
