import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * A volume plugin whose Mount takes its time, as one does that attaches a disk in a cloud; any number of calls at once.
 * @param directory where its socket is made, named `NAME.sock`
 */
export async function serveSlowPlugin(options: {
  readonly name: string;
  readonly directory: string;
  readonly mountMs: number;
  readonly mountpointOf: (volume: string) => string;
}): Promise<AsyncDisposable> {
  const volumes = new Set<string>();

  const answer = async (method: string, volume: string): Promise<object> => {
    switch (method) {
      case 'Plugin.Activate':
        return { Implements: ['VolumeDriver'] };
      case 'VolumeDriver.Create':
        volumes.add(volume);
        return {};
      case 'VolumeDriver.Get':
        return volumes.has(volume) ? { Volume: { Name: volume } } : { Err: `no volume ${volume}` };
      case 'VolumeDriver.List':
        return { Volumes: [...volumes].map((name) => ({ Name: name })) };
      case 'VolumeDriver.Mount':
        await delay(options.mountMs);
        return { Mountpoint: options.mountpointOf(volume) };
      case 'VolumeDriver.Unmount':
        return {};
      default:
        return { Err: `no such call: ${method}` };
    }
  };

  const server = createServer(async (request, response) => {
    response.end(JSON.stringify(await answer((request.url ?? '').slice(1), await volumeOf(request))));
  });
  server.listen(join(options.directory, `${options.name}.sock`));
  await once(server, 'listening');
  return {
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function volumeOf(request: IncomingMessage): Promise<string> {
  const body = await text(request);
  return body === '' ? '' : ((JSON.parse(body) as { Name?: string }).Name ?? '');
}
