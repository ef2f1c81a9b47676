import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A document that asks for as many volumes as variables can, and the directories that it needs on this machine. */
export interface TenVolumes extends AsyncDisposable {
  /** A raw environment. */
  readonly document: string;
  /** Made for this and empty: a place for a plugin's socket, for example. */
  readonly directory: string;
  /** Where a driver that is not there has "mounted" a volume. */
  mountpointOf(name: string): string;
}

/** No digit, then 1 to 9. */
const SLOTS: readonly string[] = ['', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** Ten volumes of the driver `slow`, each with a container path that is there already. */
export async function makeTenVolumes(): Promise<TenVolumes> {
  const root = await mkdtemp(join(tmpdir(), 'dvdi-bench-'));
  const directory = join(root, 'plugins');
  const mountpointOf = (name: string) => join(root, 'mountpoints', name);
  await mkdir(directory);
  for (const slot of SLOTS) {
    await mkdir(mountpointOf(`volume${slot}`), { recursive: true });
    await mkdir(join(root, 'paths', `path${slot}`), { recursive: true });
  }
  const variables = SLOTS.flatMap((slot) => [
    [`DVDI_VOLUME_NAME${slot}`, `volume${slot}`],
    [`DVDI_VOLUME_DRIVER${slot}`, 'slow'],
    [`DVDI_VOLUME_OPTS${slot}`, 'size=5,newfstype=ext4'],
    [`DVDI_VOLUME_CONTAINERPATH${slot}`, join(root, 'paths', `path${slot}`)],
  ]);
  return {
    document: JSON.stringify(Object.fromEntries(variables)),
    directory,
    mountpointOf,
    [Symbol.asyncDispose]: () => rm(root, { recursive: true }),
  };
}
