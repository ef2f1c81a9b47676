import type { VolumeId, VolumeOption } from '../../core/documents.ts';
import type { VolumeDriver } from '../volume-driver.ts';
import { type Clock, systemClock } from './clock.ts';
import { mountId, readMachineName } from './mount-id.ts';
import { openPlugin, type PluginClient } from './plugin-client.ts';
import { DOCKER_PLUGIN_DIRECTORIES, type PluginDirectories } from './plugin-discovery.ts';
import { PluginFailure } from './plugin-failure.ts';
import { findMountpoint } from './plugin-mountpoint.ts';
import { findVolume, requireVolume } from './plugin-volume.ts';

export interface PluginDriverOptions {
  /** Where plugins make themselves known; Docker's directories by default. */
  readonly directories?: PluginDirectories;
  /** Whether to wait for a plugin that cannot be reached (1, 2, 4, 8 s); true by default. */
  readonly wait?: boolean;
  readonly clock?: Clock;
  /** What tells this machine from others; the machine id by default. */
  readonly machine?: string;
  /** Told before each wait, in printable text. */
  readonly notice?: (text: string) => void;
}

/** The limits of one operation. */
export interface PluginCall {
  /** For all calls of the operation, its waits for the plugin included. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Options whose secret values must not be in an error. */
  readonly options?: readonly VolumeOption[];
}

/**
 * A volume driver that speaks the Docker Volume Plugin protocol itself; more than mount and unmount for who needs it.
 */
export interface PluginDriver extends VolumeDriver {
  /**
   * Opens the driver's plugin and makes calls, as one operation.
   * @param operation what an error calls it
   * @throws {DriverError}
   */
  perform<T>(
    volume: VolumeId,
    operation: string,
    call: PluginCall,
    act: (client: PluginClient) => Promise<T>,
  ): Promise<T>;
}

/**
 * Speaks to any driver that has its plugin on this machine; the driver is looked up for each operation, so that one
 * that was restarted elsewhere is found. One instance serves any number of operations at a time.
 */
export function createPluginDriver(options: PluginDriverOptions = {}): PluginDriver {
  const clock = options.clock ?? systemClock;
  const directories = options.directories ?? DOCKER_PLUGIN_DIRECTORIES;
  const idOf = async (volume: VolumeId) => mountId(options.machine ?? (await readMachineName()), volume);

  const perform: PluginDriver['perform'] = async (volume, operation, call, act) => {
    const limits = {
      clock,
      deadlineMs: clock.nowMs() + call.timeoutMs,
      signal: call.signal,
      wait: options.wait ?? true,
      notice: options.notice,
    };
    try {
      return await act(await openPlugin(volume.driver, directories, limits));
    } catch (error) {
      throw error instanceof PluginFailure ? error.toDriverError(volume, operation, call.options) : error;
    }
  };

  return {
    perform,
    mount: (call) =>
      perform(call.volume, 'mount', call, async (client) => {
        const { name } = call.volume;
        if (!call.create) await requireVolume(client, name);
        else if ((await findVolume(client, name)) === null) await client.create(name, call.options);
        return client.mount(name, await idOf(call.volume));
      }),
    unmount: (call) =>
      perform(call.volume, 'unmount', call, async (client) =>
        client.unmount(call.volume.name, await idOf(call.volume)),
      ),
    mountpointOf: (call) =>
      perform(call.volume, 'mountpointOf', call, (client) => findMountpoint(client, call.volume.name)),
  };
}
