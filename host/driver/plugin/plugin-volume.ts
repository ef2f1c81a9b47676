import { printableText } from '../../system/printable-text.ts';
import type { PluginClient, PluginVolume } from './plugin-client.ts';
import { PluginFailure } from './plugin-failure.ts';

/**
 * Looks a volume up.
 *
 * The protocol has no code for "no such volume", only a text of the driver's own, which may as well say that its
 * storage is out of reach. So a refusal of Get is confirmed with List, and a volume counts as missing only when List
 * does without it. What cannot be told is an error: to create a volume that exists may cost its data.
 *
 * @returns null when the volume does not exist
 * @throws {PluginFailure} `unimplemented` when the plugin has no Get, and List does not tell either
 */
export async function findVolume(client: PluginClient, name: string): Promise<PluginVolume | null> {
  const refusal = await refusalOf(() => client.get(name));
  if (!(refusal instanceof PluginFailure)) {
    if (refusal !== null) return refusal;
    return (await client.list()).find((volume) => volume.name === name) ?? null;
  }
  const volumes = await refusalOf(() => client.list());
  if (volumes instanceof PluginFailure) {
    throw new PluginFailure(
      `cannot tell whether the volume exists: Get: ${refusal.message}; List: ${volumes.message}`,
      { code: 'driver-refused', mayHaveActed: false, unimplemented: refusal.unimplemented, cause: refusal },
    );
  }
  const listed = volumes.find((volume) => volume.name === name);
  if (listed === undefined) return null;
  if (refusal.unimplemented) return listed;
  throw refusal;
}

/** Like findVolume, for calls that need the volume. */
export async function requireVolume(client: PluginClient, name: string): Promise<PluginVolume> {
  const volume = await findVolume(client, name);
  if (volume !== null) return volume;
  throw new PluginFailure(`the driver has no volume "${printableText(name)}"`, {
    code: 'driver-refused',
    mayHaveActed: false,
  });
}

async function refusalOf<T>(call: () => Promise<T>): Promise<T | PluginFailure> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof PluginFailure && error.code === 'driver-refused') return error;
    throw error;
  }
}
