import type { VolumeOption } from '../../../host/core/documents.ts';
import { mountId } from '../../../host/driver/plugin/mount-id.ts';
import { createPluginDriver, type PluginDriver } from '../../../host/driver/plugin/plugin-driver.ts';
import { driverFailure } from '../../support/driver-failure.ts';
import { type Reaction, type Script, type ScriptedPlugin, startPlugin } from '../../support/scripted-plugin.ts';

const VOLUME = { driver: 'scripted', name: 'data' };
const OPTIONS: VolumeOption[] = [
  { key: 'size', value: '5', secret: false },
  { key: 'token', value: 'k3=y,"x"', secret: true },
];
const OK: Reaction = { json: { Err: '' } };
const MISSING: Reaction = { json: { Err: 'no such volume' } };
const EXISTS: Reaction = { json: { Volume: { Name: 'data', Mountpoint: '' }, Err: '' } };
const EMPTY: Reaction = { json: { Volumes: [], Err: '' } };
const LISTED: Reaction = { json: { Volumes: [{ Name: 'other' }, { Name: 'data' }], Err: '' } };
const MOUNTED: Reaction = { json: { Mountpoint: '/mnt/data', Err: '' } };
const FRESH: Script = {
  'VolumeDriver.Get': MISSING,
  'VolumeDriver.List': EMPTY,
  'VolumeDriver.Create': OK,
  'VolumeDriver.Mount': MOUNTED,
  'VolumeDriver.Unmount': OK,
};

let plugin: ScriptedPlugin;
afterEach(() => plugin.stop());

async function start(script: Script): Promise<PluginDriver> {
  plugin = await startPlugin(VOLUME.driver, script);
  return driverAt(plugin.directory);
}

function driverAt(directory: string, machine = 'machine-1'): PluginDriver {
  return createPluginDriver({ directories: { sockets: [directory], specifications: [] }, wait: false, machine });
}

function mount(driver: PluginDriver, fields: { create?: boolean; timeoutMs?: number; signal?: AbortSignal } = {}) {
  return driver.mount({ volume: VOLUME, options: OPTIONS, create: true, timeoutMs: 10_000, ...fields });
}

function unmount(driver: PluginDriver, timeoutMs = 10_000) {
  return driver.unmount({ volume: VOLUME, timeoutMs });
}

describe('mount', () => {
  test('creates a volume that neither Get nor List knows, with its options as written', async () => {
    const driver = await start(FRESH);
    expect(await mount(driver)).toBe('/mnt/data');
    expect(plugin.calls()).toEqual(['Plugin.Activate', 'Get', 'List', 'Create', 'Mount']);
    expect(plugin.requests[3]?.body).toEqual({ Name: 'data', Opts: { size: '5', token: 'k3=y,"x"' } });
    expect(plugin.requests[4]?.body).toEqual({ Name: 'data', ID: mountId('machine-1', VOLUME) });
  });

  test('asks in the protocol’s own media type, each call a POST with a length', async () => {
    await mount(await start(FRESH));
    for (const { headers } of plugin.requests) {
      expect(headers.accept).toBe('application/vnd.docker.plugins.v1.2+json');
      expect(headers['content-type']).toBe('application/vnd.docker.plugins.v1.2+json');
      expect(headers['content-length']).toMatch(/^\d+$/);
    }
  });

  test('does not create a volume that Get knows', async () => {
    await mount(await start({ ...FRESH, 'VolumeDriver.Get': EXISTS }));
    expect(plugin.calls()).toEqual(['Plugin.Activate', 'Get', 'Mount']);
  });

  test('does not create a volume that only List knows, where Get is not implemented', async () => {
    await mount(await start({ ...FRESH, 'VolumeDriver.Get': { status: 404, body: '' }, 'VolumeDriver.List': LISTED }));
    expect(plugin.calls()).toEqual(['Plugin.Activate', 'Get', 'List', 'Mount']);
  });

  test('takes an answer of Get without a volume and without an error for a missing volume', async () => {
    await mount(await start({ ...FRESH, 'VolumeDriver.Get': { json: { Volume: null } } }));
    expect(plugin.calls()).toEqual(['Plugin.Activate', 'Get', 'List', 'Create', 'Mount']);
  });

  test('reads a list that a Go driver never made (null) as empty', async () => {
    expect(await mount(await start({ ...FRESH, 'VolumeDriver.List': { json: { Volumes: null } } }))).toBe('/mnt/data');
  });

  test('a refusal of Get is the error when List has the volume: it exists and is out of reach', async () => {
    const driver = await start({ ...FRESH, 'VolumeDriver.List': LISTED });
    const error = await driverFailure(mount(driver));
    expect(error).toMatchObject({ code: 'driver-refused', uncertain: false, operation: 'mount', volume: VOLUME });
    expect(error.message).toContain('no such volume');
    expect(plugin.calls()).not.toContain('Create');
  });

  test('never creates when neither Get nor List can tell', async () => {
    const driver = await start({ ...FRESH, 'VolumeDriver.List': { status: 500, body: '{"Err":"storage is away"}' } });
    const error = await driverFailure(mount(driver));
    expect(error).toMatchObject({ code: 'driver-refused', uncertain: false });
    expect(error.message).toMatch(/cannot tell .*no such volume.*storage is away/);
    expect(plugin.calls()).not.toContain('Create');
  });

  test('without leave to create, a missing volume is an error and nothing is asked for', async () => {
    const error = await driverFailure(mount(await start(FRESH), { create: false }));
    expect(error).toMatchObject({ code: 'driver-refused', uncertain: false });
    expect(error.message).toContain('no volume "data"');
    expect(plugin.calls()).toEqual(['Plugin.Activate', 'Get', 'List']);
  });

  test('the id is the same in every process of a machine and another on another machine', async () => {
    await start(FRESH);
    await mount(driverAt(plugin.directory));
    await unmount(driverAt(plugin.directory));
    await mount(driverAt(plugin.directory, 'machine-2'));
    const ids = plugin.requests.flatMap((request) => request.body?.ID ?? []);
    expect(ids[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  test('suits a driver that refuses an id it knows on Mount, and one it does not know on Unmount', async () => {
    const ids = new Set<unknown>();
    const driver = await start({
      ...FRESH,
      'VolumeDriver.Mount': ({ body }) => {
        if (body?.ID === '' || ids.has(body?.ID)) return { json: { Err: 'already mounted by this id' } };
        ids.add(body?.ID);
        return MOUNTED;
      },
      'VolumeDriver.Unmount': ({ body }) => (ids.delete(body?.ID) ? OK : { json: { Err: 'not mounted by this id' } }),
    });
    for (let round = 0; round < 2; round++) {
      await mount(driver);
      expect(await driverFailure(mount(driver))).toMatchObject({ code: 'driver-refused', uncertain: false });
      await unmount(driver);
      expect(await driverFailure(unmount(driver))).toMatchObject({ code: 'driver-refused', uncertain: false });
    }
  });
});

const REFUSALS: [string, Reaction, string][] = [
  ['200 with Err', { json: { Err: 'quota exceeded' } }, 'quota exceeded'],
  ['500 with Err', { status: 500, body: '{"Err":"quota exceeded"}' }, 'quota exceeded'],
  ['500 with the old Error', { status: 500, body: '{"Error":"quota exceeded"}' }, 'quota exceeded'],
  ['400 with plain text', { status: 400, body: 'bad request' }, 'HTTP 400: bad request'],
  ['404, not implemented', { status: 404, body: '404 page not found' }, 'HTTP 404'],
  ['an error that is no text', { json: { Err: { code: 7 } } }, '{"code":7}'],
];

describe.each(['Create', 'Mount'])('a refusal of %s', (method) => {
  test.each(REFUSALS)('%s: certain', async (_title, reaction, text) => {
    const error = await driverFailure(mount(await start({ ...FRESH, [`VolumeDriver.${method}`]: reaction })));
    expect(error).toMatchObject({ code: 'driver-refused', uncertain: false, timedOut: false });
    expect(error.message).toContain(text);
  });
});

const FAULTS: [string, Reaction, string][] = [
  ['hang', 'hang', 'driver-timeout'],
  ['hang in the middle of the answer', 'stall', 'driver-timeout'],
  ['crash after acting', 'crash', 'driver-crashed'],
  ['half an answer', 'break', 'driver-crashed'],
  ['endless answer', 'flood', 'driver-answer'],
  ['text instead of JSON', { status: 200, body: 'mounted at /mnt/data' }, 'driver-answer'],
  ['cut JSON', { status: 200, body: '{"Mountpoint":"/mnt' }, 'driver-answer'],
  ['nothing', { status: 200, body: '' }, 'driver-answer'],
  ['JSON that is no object', { json: ['/mnt/data'] }, 'driver-answer'],
  ['a redirection', { status: 302, body: '' }, 'driver-answer'],
  ['a failure without the protocol’s error', { status: 500, body: 'Traceback' }, 'driver-refused'],
];

function limitFor(reaction: Reaction): number {
  return reaction === 'hang' || reaction === 'stall' ? 300 : 10_000;
}

describe.each(['Create', 'Mount'])('a fault of %s leaves the outcome uncertain', (method) => {
  test.each(FAULTS)('%s', async (_title, reaction, code) => {
    const driver = await start({ ...FRESH, [`VolumeDriver.${method}`]: reaction });
    const error = await driverFailure(mount(driver, { timeoutMs: limitFor(reaction) }));
    expect(error).toMatchObject({ code, uncertain: true, timedOut: code === 'driver-timeout' });
  });
});

test.each(FAULTS)('a fault of Unmount leaves the outcome uncertain: %s', async (_title, reaction, code) => {
  const driver = await start({ 'VolumeDriver.Unmount': reaction });
  const error = await driverFailure(unmount(driver, limitFor(reaction)));
  expect(error).toMatchObject({ code, uncertain: true, operation: 'unmount' });
});

describe.each(['Plugin.Activate', 'VolumeDriver.Get', 'VolumeDriver.List'])(
  'a fault of %s changes nothing',
  (method) => {
    // A failure that Get reports in whatever words is a refusal, and List has the last word.
    const faults = FAULTS.filter(([, , code]) => method !== 'VolumeDriver.Get' || code !== 'driver-refused');
    test.each(faults)('%s', async (_title, reaction) => {
      const driver = await start({ ...FRESH, [method]: reaction });
      const error = await driverFailure(mount(driver, { timeoutMs: limitFor(reaction) }));
      expect(error.uncertain).toBe(false);
      expect(plugin.calls()).not.toContain('Create');
    });
  },
);

describe('a driver that lies about the mountpoint', () => {
  test.each([
    ['no mountpoint', {}],
    ['an empty one', { Mountpoint: '' }],
    ['a number', { Mountpoint: 7 }],
    ['a relative one', { Mountpoint: 'mnt/data' }],
    ['the root', { Mountpoint: '/' }],
    ['the root in other words', { Mountpoint: '//./..' }],
    ['two lines', { Mountpoint: '/mnt/data\n/etc' }],
    ['NUL', { Mountpoint: '/mnt\0' }],
    ['too long', { Mountpoint: `/${'x'.repeat(4096)}` }],
  ])('%s: uncertain, since it may be mounted', async (_title, json) => {
    const error = await driverFailure(mount(await start({ ...FRESH, 'VolumeDriver.Mount': { json } })));
    expect(error).toMatchObject({ code: 'driver-answer', uncertain: true });
  });

  test('but a field in another case is read, as Go does', async () => {
    const driver = await start({ ...FRESH, 'VolumeDriver.Mount': { json: { mountpoint: '/mnt/data', err: '' } } });
    expect(await mount(driver)).toBe('/mnt/data');
  });
});

describe('the handshake', () => {
  test('a plugin of another kind is no driver', async () => {
    const error = await driverFailure(mount(await start({ 'Plugin.Activate': { json: { Implements: ['authz'] } } })));
    expect(error).toMatchObject({ code: 'driver-missing', uncertain: false });
    expect(error.message).toContain('["authz"]');
  });

  test('a manifest that says nothing is an answer that is none', async () => {
    const error = await driverFailure(mount(await start({ 'Plugin.Activate': { json: {} } })));
    expect(error).toMatchObject({ code: 'driver-answer', uncertain: false });
  });
});

describe('limits', () => {
  test('the time limit covers all calls together', async () => {
    const driver = await start({ ...FRESH, 'VolumeDriver.List': 'hang' });
    const startMs = performance.now();
    const error = await driverFailure(mount(driver, { timeoutMs: 250 }));
    expect(error).toMatchObject({ code: 'driver-timeout', timedOut: true, uncertain: false });
    expect(performance.now() - startMs).toBeLessThan(5_000);
  });

  test('an abort during Mount is a timeout with an uncertain outcome', async () => {
    const abort = new AbortController();
    const driver = await start({
      ...FRESH,
      'VolumeDriver.Mount': () => {
        abort.abort();
        return 'hang';
      },
    });
    const error = await driverFailure(mount(driver, { signal: abort.signal }));
    expect(error).toMatchObject({ code: 'driver-timeout', uncertain: true });
    expect(error.message).toContain('the caller gave up');
  });

  test('an abort before the first call does nothing', async () => {
    const error = await driverFailure(mount(await start(FRESH), { signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ code: 'driver-timeout', uncertain: false });
    expect(plugin.requests).toEqual([]);
  });
});

test('a driver’s text reaches the error printable and without the secrets of the options', async () => {
  const driver = await start({
    ...FRESH,
    'VolumeDriver.Create': ({ body }) => ({ json: { Err: `\u001b[31mcannot use ${JSON.stringify(body)}` } }),
  });
  const error = await driverFailure(mount(driver));
  expect(error.message).toContain('\\x1b[31mcannot use');
  expect(error.message).toContain('***');
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    expect(`${cause.message}\n${cause.stack}`).not.toMatch(/k3=y/);
  }
});
