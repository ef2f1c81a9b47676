import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Backing } from './backing.ts';
import { DirectoryBacking } from './directory-backing.ts';
import { DriverStore } from './driver-store.ts';
import { FenceNotes } from './fence-notes.ts';
import { ImageBacking } from './image-backing.ts';
import { SIZE_DEFAULT_GIB, SIZE_MAX_GIB, VOLUME_LOCK_WAIT_SECONDS } from './limits.ts';
import type { Log } from './log.ts';
import { findLoopDevices } from './loop-devices.ts';
import { AGENT_DEFAULT, checkAgentName, checkDriverName } from './names.ts';
import { PluginServer } from './plugin-server.ts';
import { listenOnSocket, type PluginSocket } from './plugin-socket.ts';
import type { BackingKind } from './record.ts';
import { openStoreDirectory } from './store-directory.ts';
import { TOOL_PATHS, type ToolPaths } from './tools.ts';
import { Volumes } from './volumes.ts';

export interface LocalDriverOptions {
  /** Absolute path of the directory that keeps the volumes; made with mode 0700 when missing. */
  readonly store: string;
  /** Names the driver is served under: each has its own socket and its own volumes. */
  readonly names: readonly string[];
  /** Where Docker and dvdcli look for sockets. Default: `/run/docker/plugins`. */
  readonly socketDirectory?: string;
  /** What new volumes are. Default: images where there are loop devices, else plain directories. */
  readonly backing?: BackingKind;
  /** Size of a volume whose Create names none, in GiB. Default: 16, as with REX-Ray. */
  readonly sizeDefaultGib?: number;
  /** Largest size that a Create may ask for, in GiB. Default: 1024. */
  readonly sizeMaxGib?: number;
  /**
   * When a volume with `overwritefs=true` is emptied: with each Create that says so (default), or with each mount of it
   * as well. See docs/local-driver.md.
   */
  readonly overwriteOn?: 'create' | 'mount';
  /**
   * Name of the agent that is served; several servers share a store when each has a name of its own. A restarted server
   * answers for what was mounted under its name. Default: `default`.
   */
  readonly agent?: string;
  /**
   * Whether a Mount takes a volume from another agent that has it mounted, as if that one had been powered off.
   * Default: no, as with REX-Ray.
   */
  readonly preempt?: boolean;
  /** How long a request waits for another server that is changing the same volume, in seconds. Default: 30. */
  readonly lockWaitSeconds?: number;
  /** Default: none. */
  readonly log?: Log;
  /** Paths of the programs that are run. Default: where Debian has them. */
  readonly tools?: ToolPaths;
}

/** A running driver. */
export interface LocalDriver {
  /** Path of the socket of each name. */
  readonly sockets: Readonly<Record<string, string>>;
  /** What new volumes are. */
  readonly backing: BackingKind;
  /** Why new volumes are plain directories although nobody asked for it; null when they are not. */
  readonly degraded: string | null;
  /**
   * Takes no more requests, finishes those in flight, removes the sockets and lets the store go. Volumes that are
   * mounted stay mounted: the next server finds them.
   */
  close(): Promise<void>;
}

/** The kernel's name for the time since it was started: proc_sys_kernel(5). */
const BOOT_ID = '/proc/sys/kernel/random/boot_id';

/**
 * Starts the embedded volume driver: a Docker Volume Plugin v1 server on one unix socket for each name.
 *
 * @throws {LocalDriverError} `driver-name`, `agent-name`, `store-unsafe`, `store-busy`, `socket-busy`, `socket-path`,
 *   `tool-failed`; nothing is left running then
 */
export async function startLocalDriver(options: LocalDriverOptions): Promise<LocalDriver> {
  const names = [...new Set(options.names.map(checkDriverName))];
  const tools = options.tools ?? TOOL_PATHS;
  const log = options.log ?? (() => undefined);
  const now = () => new Date();
  const storeSettings = {
    holder: {
      agent: checkAgentName(options.agent ?? AGENT_DEFAULT),
      host: hostname(),
      pid: process.pid,
      server: randomUUID(),
    },
    lockWaitSeconds: options.lockWaitSeconds ?? VOLUME_LOCK_WAIT_SECONDS,
    now,
    tools,
  };
  const store = await openStoreDirectory(options.store);
  const { backing, degraded } = await chooseBacking(options.backing, tools);
  if (degraded !== null) {
    log({ level: 'warning', message: `new volumes are plain directories without a size: ${degraded}` });
  }
  const settings = {
    backing,
    backings: { image: new ImageBacking(tools), directory: new DirectoryBacking() } satisfies Record<
      BackingKind,
      Backing
    >,
    sizeDefaultGib: options.sizeDefaultGib ?? SIZE_DEFAULT_GIB,
    sizeMaxGib: options.sizeMaxGib ?? SIZE_MAX_GIB,
    overwriteOn: options.overwriteOn ?? 'create',
    boot: (await readFile(BOOT_ID, 'utf8')).trim(),
    preempt: options.preempt ?? false,
    now,
    log,
  } as const;
  const drivers: ServedDriver[] = [];
  try {
    for (const name of names) {
      const driverStore = await DriverStore.open(store, name, storeSettings);
      const volumes = new Volumes({ ...settings, store: driverStore });
      const notes = new FenceNotes(driverStore.seat.notes, log);
      drivers.push(await serve(volumes, notes, name, options.socketDirectory ?? '/run/docker/plugins', tools, log));
    }
  } catch (error) {
    await Promise.all(drivers.map(closeDriver));
    throw error;
  }
  return {
    sockets: Object.fromEntries(drivers.map(({ name, socket }) => [name, socket.path])),
    backing,
    degraded,
    close: async () => {
      await Promise.all(drivers.map(closeDriver));
    },
  };
}

interface ServedDriver {
  readonly name: string;
  readonly volumes: Volumes;
  readonly notes: FenceNotes;
  readonly server: PluginServer;
  readonly socket: PluginSocket;
}

async function chooseBacking(
  asked: BackingKind | undefined,
  tools: ToolPaths,
): Promise<{ backing: BackingKind; degraded: string | null }> {
  if (asked !== undefined) return { backing: asked, degraded: null };
  const loopDevices = await findLoopDevices(tools);
  return loopDevices.available
    ? { backing: 'image', degraded: null }
    : { backing: 'directory', degraded: loopDevices.reason };
}

async function serve(
  volumes: Volumes,
  notes: FenceNotes,
  name: string,
  socketDirectory: string,
  tools: ToolPaths,
  log: Log,
): Promise<ServedDriver> {
  const server = new PluginServer(volumes, log);
  try {
    await volumes.recover();
    const socket = await listenOnSocket(server.http, socketDirectory, name, tools.flock);
    log({ level: 'info', message: `driver ${name} is served on ${socket.path}` });
    return { name, volumes, notes, server, socket };
  } catch (error) {
    await server.close();
    await notes.close();
    await volumes.close();
    throw error;
  }
}

/** The socket's file goes first, so that no client finds a server that is about to end. */
async function closeDriver({ volumes, notes, server, socket }: ServedDriver): Promise<void> {
  socket.remove();
  await server.close();
  await notes.close();
  await volumes.close();
}
