import { readdir, readFile } from 'node:fs/promises';

import { isAtOrUnder, type MountEntry, readMountTable } from '../../host/system/mount-table.ts';

/** What of the machine has to be afterwards as it was before. */
export interface MachineState {
  /** Mount id and mountpoint of every mount in this namespace. */
  readonly mounts: ReadonlyMap<number, string>;
  /** Backing file of every loop device in use. */
  readonly loopDevices: ReadonlyMap<string, string>;
}

async function loopDevices(): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const name of await readdir('/sys/block')) {
    if (!name.startsWith('loop')) continue;
    // A device that is not in use has no such file, and one may be released between the two calls.
    const file = await readFile(`/sys/block/${name}/loop/backing_file`, 'utf8').catch(() => null);
    if (file !== null) found.set(`/dev/${name}`, file.trimEnd());
  }
  return found;
}

/** Looks at the mount table and the loop devices. */
export async function readMachineState(): Promise<MachineState> {
  const mounts = (await readMountTable()).entries.map((entry: MountEntry): [number, string] => [
    entry.id,
    entry.mountpoint,
  ]);
  return { mounts: new Map(mounts), loopDevices: await loopDevices() };
}

/** Files under a directory that are sockets, by path. */
async function socketsUnder(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isSocket()).map((entry) => `${entry.parentPath}/${entry.name}`);
}

/** Ids of other processes that were started with a path under a directory. */
async function processesWith(directory: string): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/u.test(name) && Number(name) !== process.pid);
  const found: string[] = [];
  for (const id of ids) {
    // A process may end between the two calls.
    const words = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '');
    if (words.includes(directory)) found.push(id);
  }
  return found;
}

/**
 * What the job left on the machine, in words; empty when all is as it was. Other programs may mount things at the same
 * time: only what lies under the job's own directories counts.
 *
 * @param home the job's temporary directory
 * @param directories every directory that the job mounts in or on
 */
export async function findLeftovers(
  before: MachineState,
  home: string,
  directories: readonly string[],
): Promise<string[]> {
  const after = await readMachineState();
  const ours = (path: string): boolean => directories.some((directory) => isAtOrUnder(path, directory));
  const mounts = [...after.mounts].filter(([id, path]) => before.mounts.get(id) !== path && ours(path));
  const loops = [...after.loopDevices].filter(
    ([device, file]) => before.loopDevices.get(device) !== file && ours(file),
  );
  return [
    ...mounts.map(([, path]) => `a mount at ${path}`),
    ...loops.map(([device, file]) => `the loop device ${device} of ${file}`),
    ...(await socketsUnder(home)).map((path) => `the socket ${path}`),
    ...(await processesWith(home)).map((id) => `the process ${id}`),
  ];
}

/** How often the mount table is looked at while a task runs. */
const watchMs = 20;

/**
 * Watches this namespace's mount table.
 * @returns ends the watch and gives those of the paths that were ever mounted here
 */
export function watchMounts(paths: readonly string[]): () => string[] {
  const seen = new Set<string>();
  const look = async (): Promise<void> => {
    const mounted = (await readMountTable()).entries.map(({ mountpoint }) => mountpoint);
    for (const path of mounted.filter((each) => paths.some((directory) => isAtOrUnder(each, directory))))
      seen.add(path);
  };
  const timer = setInterval(() => void look(), watchMs);
  return () => {
    clearInterval(timer);
    return [...seen];
  };
}
