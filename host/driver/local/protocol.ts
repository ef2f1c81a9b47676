import { optionsField, type RequestBody, textField } from './request.ts';
import type { Volumes } from './volumes.ts';

/** What the driver answers with: version 1.2 of the protocol, the latest there is. */
export const CONTENT_TYPE = 'application/vnd.docker.plugins.v1.2+json';

type Method = (volumes: Volumes, body: RequestBody) => Promise<object>;

/** The methods of the Docker Volume Plugin protocol by path; each takes the body's fields and gives the answer's. */
export const METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['/Plugin.Activate', async () => ({ Implements: ['VolumeDriver'] })],
  ['/VolumeDriver.Capabilities', async () => ({ Capabilities: { Scope: 'local' }, Err: '' })],
  [
    '/VolumeDriver.Create',
    async (volumes, body) => {
      await volumes.create(textField(body, 'Name'), optionsField(body));
      return { Err: '' };
    },
  ],
  [
    '/VolumeDriver.Remove',
    async (volumes, body) => {
      await volumes.remove(textField(body, 'Name'));
      return { Err: '' };
    },
  ],
  [
    '/VolumeDriver.Mount',
    async (volumes, body) => ({
      Mountpoint: await volumes.mount(textField(body, 'Name'), textField(body, 'ID')),
      Err: '',
    }),
  ],
  [
    '/VolumeDriver.Unmount',
    async (volumes, body) => {
      await volumes.unmount(textField(body, 'Name'), textField(body, 'ID'));
      return { Err: '' };
    },
  ],
  [
    '/VolumeDriver.Path',
    async (volumes, body) => ({ Mountpoint: await volumes.path(textField(body, 'Name')), Err: '' }),
  ],
  ['/VolumeDriver.Get', async (volumes, body) => ({ Volume: await volumes.get(textField(body, 'Name')), Err: '' })],
  ['/VolumeDriver.List', async (volumes) => ({ Volumes: await volumes.list(), Err: '' })],
]);
