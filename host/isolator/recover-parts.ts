import type { RecoverDirectory, RecoverRequest, RecoverVolume } from '../core/documents.ts';
import type { Ledger, VolumeRecord } from './ledger/ledger.ts';
import { recoverMounts, recoverRow } from './recover-rows.ts';

/** Volumes or directories in one request. */
const ROWS_MAX = 2_000;

/** Of one request, by its JSON: half of what the core takes, since its answer is about as long. */
const PART_LENGTH_MAX = 1_500_000;

/** Containers in one request, of the core's 32,768 ids and mounts. */
const CONTAINERS_MAX = 8_000;

/** What one request of a recover is about. */
export type RecoverPart = Pick<RecoverRequest, 'ledger' | 'mounts'>;

/**
 * The ledger in parts that the core takes in one request each, read as they are asked for: what was carried out of one
 * part shows in the next. First the volumes with those that claim them; then the containers that claim none; then the
 * directories, the deepest first.
 * @param isGone whether nothing keeps a container.
 */
export async function* recoverParts(
  ledger: Ledger,
  containers: readonly string[],
  isGone: (container: string) => boolean,
): AsyncGenerator<RecoverPart> {
  const named = new Set<string>();
  let after: VolumeRecord | undefined;
  do {
    const records = await ledger.read((rows) =>
      rows.volumes({ limit: ROWS_MAX, ...(after === undefined ? {} : { after }) }),
    );
    const volumes = cut(records.map((record) => fewerContainers(recoverRow(record), isGone)));
    after = records[volumes.length - 1];
    if (volumes.length === 0) break;
    for (const volume of volumes) for (const container of volume.containers) named.add(container);
    yield { ledger: { containers: [], volumes, directories: [] }, mounts: await recoverMounts(volumes) };
  } while (after !== undefined);
  const others = containers.filter((container) => !named.has(container));
  for (let at = 0; at < others.length; at += ROWS_MAX) {
    yield { ledger: { containers: others.slice(at, at + ROWS_MAX), volumes: [], directories: [] }, mounts: [] };
  }
  const directories = await ledger.read((rows) => rows.directories());
  directories.sort((one, other) => other.path.length - one.path.length);
  while (directories.length > 0) {
    const part = cut(directories.slice(0, ROWS_MAX).map((directory) => fewestContainers(directory, isGone)));
    directories.splice(0, part.length);
    yield { ledger: { containers: [], volumes: [], directories: part }, mounts: [] };
  }
}

/** As many rows from the start as one request takes, at least one. */
function cut<Row extends { readonly containers: readonly string[] | null }>(rows: readonly Row[]): Row[] {
  let length = 0;
  let containers = 0;
  const count = rows.findIndex((row, index) => {
    length += JSON.stringify(row).length;
    containers += row.containers?.length ?? 0;
    return index > 0 && (length > PART_LENGTH_MAX || containers > CONTAINERS_MAX);
  });
  return count < 0 ? [...rows] : rows.slice(0, count);
}

/** Those that keep a volume first: one of them decides. */
function fewerContainers(volume: RecoverVolume, isGone: (container: string) => boolean): RecoverVolume {
  if (volume.containers.length <= CONTAINERS_MAX) return volume;
  const sorted = volume.containers.toSorted((one, other) => Number(isGone(one)) - Number(isGone(other)));
  return { ...volume, containers: sorted.slice(0, CONTAINERS_MAX) };
}

/** One that keeps a directory is enough. */
function fewestContainers(directory: RecoverDirectory, isGone: (container: string) => boolean): RecoverDirectory {
  const keeping = directory.containers?.find((container) => !isGone(container));
  return keeping === undefined ? directory : { ...directory, containers: [keeping] };
}
