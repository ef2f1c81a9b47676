import type { PluginClient } from '../../../host/driver/plugin/plugin-client.ts';
import { createPluginDriver } from '../../../host/driver/plugin/plugin-driver.ts';
import { driverFailure } from '../../support/driver-failure.ts';
import { type Reaction, type ScriptedPlugin, startPlugin } from '../../support/scripted-plugin.ts';

let plugin: ScriptedPlugin;
afterEach(() => plugin.stop());

async function ask<T>(method: string, reaction: Reaction, act: (client: PluginClient) => Promise<T>): Promise<T> {
  plugin = await startPlugin('x', { [`VolumeDriver.${method}`]: reaction });
  const directories = { sockets: [plugin.directory], specifications: [] };
  const driver = createPluginDriver({ directories, wait: false, machine: 'm' });
  return driver.perform({ driver: 'x', name: 'data' }, 'test', { timeoutMs: 10_000 }, act);
}

test.each([
  ['global', { json: { Capabilities: { Scope: 'global' } } }, 'global'],
  ['local', { json: { Capabilities: { Scope: 'local' } } }, 'local'],
  ['none', { json: {} }, 'local'],
  ['not implemented', { status: 404, body: '' }, 'local'],
])('capabilities: %s', async (_title, reaction, scope) => {
  expect(await ask('Capabilities', reaction, (client) => client.capabilities())).toEqual({ scope });
});

test('a scope that does not exist is no answer', async () => {
  const error = await driverFailure(
    ask('Capabilities', { json: { Capabilities: { Scope: 'cluster' } } }, (client) => client.capabilities()),
  );
  expect(error).toMatchObject({ code: 'driver-answer', uncertain: false });
});

test.each([
  ['mounted', { json: { Mountpoint: '/mnt/data' } }, '/mnt/data'],
  ['not mounted', { json: { Mountpoint: '' } }, null],
  ['not mounted, in Go’s nil', { json: { Mountpoint: null } }, null],
])('path: %s', async (_title, reaction, path) => {
  expect(await ask('Path', reaction, (client) => client.path('data'))).toBe(path);
});

test('get gives what the driver says of the volume', async () => {
  const volume = { Name: 'data', Mountpoint: '/mnt/data', CreatedAt: '2026-01-02T03:04:05Z', Status: { a: 1 } };
  expect(await ask('Get', { json: { Volume: volume } }, (client) => client.get('data'))).toEqual({
    name: 'data',
    mountpoint: '/mnt/data',
    createdAt: '2026-01-02T03:04:05Z',
  });
});

test.each([
  ['a list that is none', { Volumes: {} }],
  ['a volume that is none', { Volumes: ['data'] }],
  ['a volume without a name', { Volumes: [{ Mountpoint: '/x' }] }],
  ['a mountpoint that is no text', { Volumes: [{ Name: 'x', Mountpoint: 1 }] }],
])('list: %s is no answer', async (_title, json) => {
  const error = await driverFailure(ask('List', { json }, (client) => client.list()));
  expect(error).toMatchObject({ code: 'driver-answer', uncertain: false });
});

test('a failed remove can leave the volume’s state unknown', async () => {
  const error = await driverFailure(ask('Remove', 'crash', (client) => client.remove('data')));
  expect(error).toMatchObject({ code: 'driver-crashed', uncertain: true });
});
