import { createPluginDriver } from '../../../host/driver/plugin/plugin-driver.ts';
import { driverFailure } from '../../support/driver-failure.ts';
import { type Reaction, type Script, type ScriptedPlugin, startPlugin } from '../../support/scripted-plugin.ts';

const VOLUME = { driver: 'scripted', name: 'data' };
const REFUSED: Reaction = { json: { Err: 'no such volume' } };
const UNKNOWN_CALL: Reaction = { status: 404, body: '404 page not found' };
const PATH: Reaction = { json: { Mountpoint: '/mnt/data', Err: '' } };
const NO_PATH: Reaction = { json: { Mountpoint: '', Err: '' } };

let plugin: ScriptedPlugin;
afterEach(() => plugin.stop());

async function mountpointOf(script: Script, timeoutMs = 10_000): Promise<string | null> {
  plugin = await startPlugin(VOLUME.driver, script);
  const directories = { sockets: [plugin.directory], specifications: [] };
  return createPluginDriver({ directories, wait: false }).mountpointOf({ volume: VOLUME, timeoutMs });
}

function get(mountpoint?: unknown): Reaction {
  return { json: { Volume: { Name: 'data', Mountpoint: mountpoint }, Err: '' } };
}

function list(...names: string[]): Reaction {
  return { json: { Volumes: names.map((Name) => ({ Name })), Err: '' } };
}

test('what Get names is the answer, and nothing more is asked', async () => {
  expect(await mountpointOf({ 'VolumeDriver.Get': get('/mnt/data') })).toBe('/mnt/data');
  expect(plugin.calls()).toEqual(['Plugin.Activate', 'Get']);
});

describe('Get describes the volume and names no mountpoint', () => {
  test.each([
    ['Path names one', PATH, '/mnt/data'],
    ['Path names none', NO_PATH, null],
    ['Path refuses, as some do when a volume is not mounted', { json: { Err: 'not mounted' } }, null],
    ['Path is not implemented', UNKNOWN_CALL, null],
  ])('%s', async (_title, path: Reaction, expected) => {
    expect(await mountpointOf({ 'VolumeDriver.Get': get(''), 'VolumeDriver.Path': path })).toBe(expected);
    expect(plugin.calls()).toEqual(['Plugin.Activate', 'Get', 'Path']);
  });

  test('a Path that breaks leaves the question open', async () => {
    const error = await driverFailure(mountpointOf({ 'VolumeDriver.Get': get(), 'VolumeDriver.Path': 'crash' }));
    expect(error).toMatchObject({ code: 'driver-crashed', uncertain: false, operation: 'mountpointOf' });
  });
});

describe('Get refuses', () => {
  test.each([
    ['a refusal', REFUSED],
    ['no volume', { json: { Volume: null } }],
    ['an unknown call', UNKNOWN_CALL],
  ])('%s, and List does without the volume: it does not exist', async (_title, refusal: Reaction) => {
    expect(await mountpointOf({ 'VolumeDriver.Get': refusal, 'VolumeDriver.List': list('other') })).toBeNull();
    expect(plugin.calls()).toEqual(['Plugin.Activate', 'Get', 'List']);
  });

  test('a volume that List has is out of reach: the driver cannot say', async () => {
    const script = { 'VolumeDriver.Get': REFUSED, 'VolumeDriver.List': list('other', 'data') };
    const error = await driverFailure(mountpointOf(script));
    expect(error).toMatchObject({ code: 'driver-refused', uncertain: false, volume: VOLUME });
    expect(error.message).toContain('no such volume');
  });

  test('when List refuses too, the driver cannot say', async () => {
    const script = { 'VolumeDriver.Get': REFUSED, 'VolumeDriver.List': REFUSED, 'VolumeDriver.Path': PATH };
    expect(await driverFailure(mountpointOf(script))).toMatchObject({ code: 'driver-refused', uncertain: false });
    expect(plugin.calls()).not.toContain('Path');
  });
});

describe('a plugin from before Get and List', () => {
  const old: Script = { 'VolumeDriver.Get': UNKNOWN_CALL, 'VolumeDriver.List': UNKNOWN_CALL };

  test.each([
    ['a path', PATH, '/mnt/data'],
    ['none', NO_PATH, null],
  ])('Path has the word: %s', async (_title, path: Reaction, expected) => {
    expect(await mountpointOf({ ...old, 'VolumeDriver.Path': path })).toBe(expected);
    expect(plugin.calls()).toEqual(['Plugin.Activate', 'Get', 'List', 'Path']);
  });

  test('a refusal of Path may mean anything', async () => {
    const error = await driverFailure(mountpointOf({ ...old, 'VolumeDriver.Path': REFUSED }));
    expect(error).toMatchObject({ code: 'driver-refused', uncertain: false });
  });
});

describe('what is no answer is an error, and changed nothing', () => {
  test.each([
    ['a relative path', 'mnt/data'],
    ['the root', '/'],
    ['two lines', '/mnt\n/etc'],
    ['a number', 7],
  ])('%s in Get', async (_title, mountpoint) => {
    const error = await driverFailure(mountpointOf({ 'VolumeDriver.Get': get(mountpoint) }));
    expect(error).toMatchObject({ code: 'driver-answer', uncertain: false, operation: 'mountpointOf' });
  });

  test('a relative path in Path', async () => {
    const path = { json: { Mountpoint: 'mnt/data' } };
    const error = await driverFailure(mountpointOf({ 'VolumeDriver.Get': get(), 'VolumeDriver.Path': path }));
    expect(error).toMatchObject({ code: 'driver-answer', uncertain: false });
  });

  test.each([
    ['Get', 'hang', 'driver-timeout'],
    ['Get', 'crash', 'driver-crashed'],
    ['Get', 'flood', 'driver-answer'],
    ['List', 'stall', 'driver-timeout'],
    ['List', 'break', 'driver-crashed'],
  ] as const)('%s: %s', async (method, reaction, code) => {
    const script = { 'VolumeDriver.Get': REFUSED, [`VolumeDriver.${method}`]: reaction };
    const timeoutMs = code === 'driver-timeout' ? 300 : 10_000;
    expect(await driverFailure(mountpointOf(script, timeoutMs))).toMatchObject({ code, uncertain: false });
  });
});

test('a driver that is not there', async () => {
  await mountpointOf({ 'VolumeDriver.Get': get('/mnt/data') });
  const driver = createPluginDriver({ directories: { sockets: [plugin.directory], specifications: [] }, wait: false });
  const volume = { driver: 'none', name: 'data' };
  expect(await driverFailure(driver.mountpointOf({ volume, timeoutMs: 10_000 }))).toMatchObject({
    code: 'driver-missing',
    uncertain: false,
  });
});
