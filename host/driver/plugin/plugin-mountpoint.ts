import { mountpointFault } from '../mountpoint-answer.ts';
import type { PluginClient, PluginVolume } from './plugin-client.ts';
import { PluginFailure } from './plugin-failure.ts';
import { findVolume } from './plugin-volume.ts';

/**
 * Where a driver says that a volume is mounted. A plugin from before Docker 1.10, without Get and List, is asked for
 * its Path.
 * @returns null when it names no place, or has no such volume
 * @throws {PluginFailure} when it cannot say
 */
export async function findMountpoint(client: PluginClient, name: string): Promise<string | null> {
  let volume: PluginVolume | null;
  try {
    volume = await findVolume(client, name);
  } catch (error) {
    if (error instanceof PluginFailure && error.unimplemented) return client.path(name);
    throw error;
  }
  return volume === null ? null : mountpointOfVolume(client, volume);
}

/**
 * The mountpoint of a volume that the driver has described. Some leave it out of Get and name it in Path only; when
 * Path is refused too, as others do for a volume that is not mounted, the description has the last word.
 * @throws {PluginFailure} `driver-answer` for a text that is no mountpoint
 */
export async function mountpointOfVolume(client: PluginClient, volume: PluginVolume): Promise<string | null> {
  if (volume.mountpoint === null) return pathUnlessRefused(client, volume.name);
  const fault = mountpointFault(volume.mountpoint);
  if (fault === null) return volume.mountpoint;
  throw new PluginFailure(`the plugin's answer is no mountpoint: ${fault}`, {
    code: 'driver-answer',
    mayHaveActed: false,
  });
}

async function pathUnlessRefused(client: PluginClient, name: string): Promise<string | null> {
  try {
    return await client.path(name);
  } catch (error) {
    if (error instanceof PluginFailure && error.code === 'driver-refused') return null;
    throw error;
  }
}
