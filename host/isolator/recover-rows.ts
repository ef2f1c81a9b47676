import type { RecoverMount, RecoverVolume } from '../core/documents.ts';
import { layersAt } from '../system/mount-layers.ts';
import { readMountTable } from '../system/mount-table.ts';
import type { VolumeRecord } from './ledger/ledger.ts';

/** A row of the ledger as the core's `recover` reads it. */
export function recoverRow(record: VolumeRecord): RecoverVolume {
  const { driver, name, options, mountpoint, mount, state, transport, containers } = record;
  return { driver, name, options, mountpoint, mount, state, transport, containers };
}

/** What is mounted where the mounts of some volumes should be. The mount table is read when there is any. */
export async function recoverMounts(volumes: readonly Pick<RecoverVolume, 'mount'>[]): Promise<RecoverMount[]> {
  const paths = new Set(volumes.flatMap(({ mount }) => (mount === null ? [] : [mount.path])));
  if (paths.size === 0) return [];
  const table = await readMountTable();
  return [...paths].flatMap((path) => layersAt(table, path).map(({ id, device }) => ({ path, id, device })));
}
