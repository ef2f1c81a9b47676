import { createServer } from 'node:http';
import { join } from 'node:path';
import { createPluginDriver } from '../../../host/driver/plugin/plugin-driver.ts';
import { driverFailure } from '../../support/driver-failure.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { close, listen, type Script, scriptListener, startPlugin } from '../../support/scripted-plugin.ts';
import { useTemporaryDirectory } from '../../support/temporary-directory.ts';

const directory = useTemporaryDirectory();
const VOLUME = { driver: 'x', name: 'data' };
const SCRIPT: Script = { 'VolumeDriver.Unmount': { json: {} } };

function driver(clock: ReturnType<typeof createFakeClock>, fields: { wait?: boolean; notices?: string[] } = {}) {
  return createPluginDriver({
    directories: { sockets: [directory.path], specifications: [] },
    machine: 'm',
    clock,
    ...(fields.wait === undefined ? {} : { wait: fields.wait }),
    ...(fields.notices === undefined ? {} : { notice: (text: string) => fields.notices?.push(text) }),
  });
}

test('a plugin that never comes is given 15 s, in Docker’s steps', async () => {
  const clock = createFakeClock();
  const notices: string[] = [];
  const error = await driverFailure(driver(clock, { notices }).unmount({ volume: VOLUME, timeoutMs: 60_000 }));
  expect(clock.sleeps).toEqual([1_000, 2_000, 4_000, 8_000]);
  expect(error).toMatchObject({ code: 'driver-missing', uncertain: false });
  expect(notices).toHaveLength(4);
  expect(notices[3]).toContain('next attempt in 8 s');
});

test('a plugin that comes in time is used', async () => {
  const server = createServer(scriptListener(SCRIPT, []));
  const listening: Promise<number>[] = [];
  const clock = createFakeClock((durationMs) => {
    if (durationMs === 2_000) listening.push(listen(server, join(directory.path, 'x.sock')));
  });
  // Listening takes a real moment, in which the fake clock may run through its next steps.
  await driver(clock).unmount({ volume: VOLUME, timeoutMs: 60_000 });
  expect(clock.sleeps.slice(0, 2)).toEqual([1_000, 2_000]);
  await Promise.all(listening);
  await close(server);
});

test('not with wait: false', async () => {
  const clock = createFakeClock();
  const error = await driverFailure(driver(clock, { wait: false }).unmount({ volume: VOLUME, timeoutMs: 60_000 }));
  expect(clock.sleeps).toEqual([]);
  expect(error.code).toBe('driver-missing');
});

test('a wait that would outlast the time limit is not begun', async () => {
  const clock = createFakeClock();
  const error = await driverFailure(driver(clock).unmount({ volume: VOLUME, timeoutMs: 3_500 }));
  expect(clock.sleeps).toEqual([1_000, 2_000]);
  expect(error.code).toBe('driver-missing');
});

test('an abort ends the wait', async () => {
  const abort = new AbortController();
  const clock = createFakeClock((durationMs) => {
    if (durationMs === 2_000) abort.abort();
  });
  const call = { volume: VOLUME, timeoutMs: 60_000, signal: abort.signal };
  const error = await driverFailure(driver(clock).unmount(call));
  expect(clock.sleeps).toEqual([1_000, 2_000]);
  expect(error).toMatchObject({ code: 'driver-timeout', uncertain: false });
});

test.each(['crash', 'hang', { json: { Err: 'busy' } }] as const)(
  'a plugin that was reached is not asked again: %j',
  async (reaction) => {
    const plugin = await startPlugin('x', { 'VolumeDriver.Unmount': reaction });
    try {
      const clock = createFakeClock();
      const options = { directories: { sockets: [plugin.directory], specifications: [] }, machine: 'm', clock };
      await driverFailure(createPluginDriver(options).unmount({ volume: VOLUME, timeoutMs: 200 }));
      expect(clock.sleeps).toEqual([]);
      expect(plugin.calls()).toEqual(['Plugin.Activate', 'Unmount']);
    } finally {
      await plugin.stop();
    }
  },
);
