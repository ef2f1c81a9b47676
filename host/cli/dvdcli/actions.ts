import type { VolumeId, VolumeOption } from '../../core/documents.ts';
import type { PluginClient } from '../../driver/plugin/plugin-client.ts';
import { createPluginDriver, type PluginDriverOptions } from '../../driver/plugin/plugin-driver.ts';
import { mountpointOfVolume } from '../../driver/plugin/plugin-mountpoint.ts';
import { requireVolume } from '../../driver/plugin/plugin-volume.ts';
import type { VolumeCommand } from './program.ts';

/** What a command is asked to do. */
export interface VolumeRequest {
  readonly command: VolumeCommand;
  readonly volume: VolumeId;
  readonly options: readonly VolumeOption[];
  readonly explicitCreate: boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** What a command has to say. */
export interface VolumeAnswer {
  /** What the original logs as well. */
  readonly log: string | null;
  /** A path goes out as it is, a name in printable form. */
  readonly lines: readonly { readonly kind: 'path' | 'name'; readonly text: string }[];
  /** For `--json`, of the commands that have it. */
  readonly document: object;
}

const SILENT: VolumeAnswer = { log: null, lines: [], document: {} };

/**
 * Carries a command out.
 * @throws {DriverError}
 */
export async function performCommand(
  request: VolumeRequest,
  driverOptions: PluginDriverOptions,
): Promise<VolumeAnswer> {
  const { command, volume } = request;
  const driver = createPluginDriver(driverOptions);
  const perform = <T>(act: (client: PluginClient) => Promise<T>) => driver.perform(volume, command, request, act);
  switch (command) {
    case 'mount': {
      const path = await driver.mount({ ...request, create: !request.explicitCreate });
      return { log: path, lines: [{ kind: 'path', text: path }], document: {} };
    }
    case 'unmount':
      await driver.unmount(request);
      return SILENT;
    case 'create':
      await perform((client) => client.create(volume.name, request.options));
      return { ...SILENT, log: volume.name };
    case 'remove':
      await perform(async (client) => {
        await requireVolume(client, volume.name);
        await client.remove(volume.name);
      });
      return SILENT;
    case 'path':
      return pathAnswer(volume, await perform((client) => findPath(client, volume.name)));
    case 'get': {
      const { name, mountpoint, createdAt } = await perform((client) => requireVolume(client, volume.name));
      const document = { driver: volume.driver, name, mountpoint, createdAt };
      return { log: null, lines: [{ kind: 'name', text: name }], document };
    }
    case 'list': {
      const volumes = await perform((client) => client.list());
      const lines = volumes.map(({ name }) => ({ kind: 'name', text: name }) as const);
      return { log: null, lines, document: { driver: volume.driver, volumes } };
    }
  }
}

/** What Get says of a mountpoint counts before what Path says. */
async function findPath(client: PluginClient, name: string): Promise<string | null> {
  return mountpointOfVolume(client, await requireVolume(client, name));
}

/** A volume that is not mounted has no path, and that is no failure. */
function pathAnswer(volume: VolumeId, path: string | null): VolumeAnswer {
  const document = { ...volume, mountpoint: path };
  if (path === null) return { log: null, lines: [], document };
  return { log: path, lines: [{ kind: 'path', text: path }], document };
}
