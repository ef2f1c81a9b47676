import type { Lease } from './lease.ts';
import type { VolumeRecord } from './record.ts';

/** What Get answers of a volume; the fields' names are the protocol's. */
export interface VolumeDescription {
  readonly Name: string;
  /** Empty while it is not mounted. */
  readonly Mountpoint: string;
  readonly CreatedAt: string;
  readonly Status: Readonly<Record<string, unknown>>;
}

/**
 * @param content what the backing says of the data
 * @param holder the other agent that has it; null when there is none
 */
export function describeVolume(
  record: VolumeRecord,
  mountpoint: string,
  content: Readonly<Record<string, string | number>>,
  holder: Lease | null,
): VolumeDescription {
  return {
    Name: record.name,
    Mountpoint: mountpoint,
    CreatedAt: record.createdAt,
    Status: {
      size: record.sizeGib,
      newfstype: record.filesystem,
      overwritefs: record.overwrite,
      ...(record.iops === null ? {} : { iops: record.iops }),
      ...(record.volumeType === null ? {} : { volumetype: record.volumeType }),
      ...content,
      mountedFor: mountpoint === '' ? [] : record.mountedFor,
      ...(holder === null ? {} : { heldBy: holder }),
    },
  };
}
