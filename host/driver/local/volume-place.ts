import { join } from 'node:path';
import { AGENT_DEFAULT, fileNameOf } from './names.ts';

/** Where the parts of one volume lie. The paths stay the same for the volume's whole life. */
export interface VolumePlace {
  readonly directory: string;
  /** The record, JSON. */
  readonly record: string;
  /** The image, when the volume is one. */
  readonly image: string;
  /** Where this agent mounts the image. Each agent has its own place, so that no old path shows another's mount. */
  readonly mountpoint: string;
  /** What stands for the mounted filesystem when the volume is a plain directory. */
  readonly files: string;
}

/** The places of a volume in its directory, as one agent sees them. */
export function placeIn(directory: string, agent: string): VolumePlace {
  return {
    directory,
    record: join(directory, 'volume.json'),
    image: join(directory, 'image'),
    mountpoint: join(directory, agent === AGENT_DEFAULT ? 'mount' : `mount-${fileNameOf(agent)}`),
    files: join(directory, 'files'),
  };
}

/**
 * The folder that Mount answers, in the filesystem of a volume. As with REX-Ray it is not the filesystem's own root, so
 * that a task does not meet `lost+found`.
 */
export const DATA_FOLDER = 'data';
