import { mkdir } from 'node:fs/promises';
import { jest } from '@jest/globals';
import { DriverError, type VolumeDriver } from '../../host/driver/volume-driver.ts';
import { Isolator } from '../../host/isolator/isolator.ts';
import { app } from '../support/app.ts';
import { useTemporaryDirectory } from '../support/temporary-directory.ts';

const directory = useTemporaryDirectory();
const YEAR_MS = 31_536_000_000;
const STATE = { uptimeMs: 10_000 };

afterEach(() => {
  jest.restoreAllMocks();
});

/** A volume whose release has failed once, 10 s after the machine was started; the next try is due 1 s later. */
async function failOnce() {
  const calls: string[] = [];
  const script = { isFailing: true };
  STATE.uptimeMs = 10_000;
  const plugin: VolumeDriver = {
    async mount({ volume }) {
      const path = `${directory.path}/${volume.name}`;
      await mkdir(path, { recursive: true });
      return path;
    },
    async unmount({ volume }) {
      calls.push(volume.name);
      if (!script.isFailing) return;
      const fields = { code: 'driver-refused', volume, operation: 'unmount', uncertain: false } as const;
      throw new DriverError('not now', fields);
    },
    mountpointOf: async ({ volume }) => `${directory.path}/${volume.name}`,
  };
  const clock = { uptimeMs: () => STATE.uptimeMs, random: () => 0.5 };
  const stateDirectory = `${directory.path}/state`;
  const open = () => Isolator.create({ policy: { transport: 'plugin' }, stateDirectory, drivers: { plugin }, clock });
  const isolator = await open();
  await isolator.prepare('c', app([{ name: 'one' }]));
  await expect(isolator.cleanup('c')).rejects.toMatchObject({ code: 'plan-failed' });
  await isolator.settle();
  return { isolator, calls, script, open };
}

function setWallClock(offsetMs: number): void {
  const real = Date.now.bind(Date);
  jest.spyOn(Date, 'now').mockImplementation(() => real() + offsetMs);
}

describe.each([
  ['ten years ahead', 10 * YEAR_MS],
  ['ten years back', -10 * YEAR_MS],
  ['before 1970', -60 * YEAR_MS],
])('a wall clock that jumps %s during the back-off', (_where, offsetMs) => {
  test('neither brings the next try forward nor puts it off', async () => {
    const { isolator, calls, script, open } = await failOnce();
    expect(calls).toEqual(['one']);
    setWallClock(offsetMs);
    STATE.uptimeMs += 900;
    expect(await isolator.hasDueReleases()).toBe(false);
    await isolator.cleanup('nobody');
    await isolator.settle();
    expect(calls).toEqual(['one']);
    script.isFailing = false;
    STATE.uptimeMs += 200;
    expect(await isolator.hasDueReleases()).toBe(true);
    await isolator.cleanup('nobody');
    await isolator.close();
    expect(calls).toEqual(['one', 'one']);
    await using next = await open();
    expect((await next.list()).volumes).toEqual([]);
  });

  test('keeps nobody from preparing and cleaning up', async () => {
    const { isolator, script } = await failOnce();
    script.isFailing = false;
    setWallClock(offsetMs);
    await isolator.prepare('d', app([{ name: 'one' }, { name: 'two' }]));
    jest.restoreAllMocks();
    await isolator.cleanup('d');
    await isolator.close();
  });
});

test('an uptime that goes back delays the next try at most as long; recover waits for nothing', async () => {
  const { isolator, calls, script } = await failOnce();
  STATE.uptimeMs = 0;
  expect(await isolator.hasDueReleases()).toBe(false);
  script.isFailing = false;
  const { failures } = await isolator.recover({ running: [], orphans: [] });
  expect(failures).toEqual([]);
  expect((await isolator.list()).volumes).toEqual([]);
  expect(calls).toEqual(['one', 'one']);
  await isolator.close();
});
