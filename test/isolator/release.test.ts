import { DriverError, type VolumeDriver } from '../../host/driver/volume-driver.ts';
import type { Clock } from '../../host/isolator/clock.ts';
import { Isolator } from '../../host/isolator/isolator.ts';
import type { IsolatorEvent } from '../../host/isolator/isolator-event.ts';
import { app } from '../support/app.ts';
import { plainDriver } from '../support/plain-driver.ts';
import { useTemporaryDirectory } from '../support/temporary-directory.ts';

const directory = useTemporaryDirectory();
const one = { driver: 'tmpfs', name: 'one' };

interface Script {
  /** How an unmount ends: null is well. */
  unmount: { readonly code: 'driver-refused' | 'driver-timeout'; readonly uncertain: boolean } | null;
  text: string;
}

/** An isolator whose driver does as the script says, with a clock that the test moves. */
async function setUp() {
  const script: Script = { unmount: null, text: 'no' };
  const time = { nowMs: 5_000 };
  const calls: string[] = [];
  const events: IsolatorEvent[] = [];
  const plain = plainDriver(directory, calls);
  const plugin: VolumeDriver = {
    ...plain,
    async unmount(call) {
      const { volume } = call;
      await plain.unmount(call);
      if (script.unmount === null) return;
      throw new DriverError(script.text, { ...script.unmount, volume, operation: 'unmount' });
    },
    async mountpointOf({ volume }) {
      return `${directory.path}/${volume.name}`;
    },
  };
  const clock: Clock = { uptimeMs: () => time.nowMs, random: () => 0.5 };
  const isolator = await Isolator.create({
    policy: { transport: 'plugin' },
    drivers: { plugin },
    clock,
    onEvent: (event) => void events.push(event),
  });
  const row = async () => (await isolator.list()).volumes.find(({ name }) => name === 'one');
  return { isolator, script, time, calls, events, row };
}

test('a release that fails is tried again later and later, and never counts as a user', async () => {
  const { isolator, script, time, calls, events, row } = await setUp();
  await isolator.prepare('c', app([{ name: 'one' }]));
  script.unmount = { code: 'driver-refused', uncertain: false };
  await expect(isolator.cleanup('c')).rejects.toMatchObject({ code: 'plan-failed' });
  await isolator.settle();
  const dues: number[] = [];
  for (let attempt = 1; attempt <= 12; attempt += 1) {
    const volume = await row();
    expect(volume).toMatchObject({ state: 'mounted', attempts: attempt, containers: [], error: 'no' });
    dues.push((volume?.retry?.uptimeMs ?? 0) - time.nowMs);
    time.nowMs += (dues.at(-1) ?? 0) - 1;
    expect(await isolator.releaseVolumes('due')).toEqual([]);
    time.nowMs += 1;
    await isolator.cleanup('other');
    await isolator.settle();
  }
  expect(dues).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600].map((seconds) => seconds * 1000));
  expect(calls.filter((call) => call === 'unmount one')).toHaveLength(13);
  expect(events.filter(({ type }) => type === 'retry-failed')).toHaveLength(12);
  script.unmount = null;
  expect(await isolator.releaseVolumes('due')).toEqual([]);
  expect(await isolator.releaseVolumes('all')).toEqual([{ volume: one, outcome: 'released', error: null }]);
  expect(await row()).toBeUndefined();
});

test('what surely is still mounted is given to the next container as it is', async () => {
  const { isolator, script, calls, row } = await setUp();
  await isolator.prepare('c', app([{ name: 'one' }]));
  script.unmount = { code: 'driver-refused', uncertain: false };
  await expect(isolator.cleanup('c')).rejects.toThrow();
  script.unmount = null;
  await isolator.prepare('next', app([{ name: 'one' }]));
  expect(calls).toEqual(['mount one', 'unmount one']);
  await isolator.cleanup('next');
  expect(await row()).toBeUndefined();
});

test('after a timeout nothing is guessed: the next container has it unmounted before it is mounted', async () => {
  const { isolator, script, calls, row } = await setUp();
  await isolator.prepare('c', app([{ name: 'one' }]));
  script.unmount = { code: 'driver-timeout', uncertain: true };
  await expect(isolator.cleanup('c')).rejects.toThrow();
  expect(await row()).toMatchObject({ state: 'uncertain', mountpoint: `${directory.path}/one` });
  // That it does not answer this time either is no failure of the mount.
  await isolator.prepare('next', app([{ name: 'one' }]));
  expect(calls).toEqual(['mount one', 'unmount one', 'unmount one', 'mount one']);
  expect(await row()).toMatchObject({ state: 'mounted', attempts: 0, error: null });
});

test('a recover tries what is not due, too', async () => {
  const { isolator, script, calls } = await setUp();
  await isolator.prepare('c', app([{ name: 'one' }]));
  script.unmount = { code: 'driver-refused', uncertain: true };
  const failed = await isolator.recover({ running: [], orphans: [] });
  expect(failed.failures).toMatchObject([{ step: { action: 'unmountVolume', volume: one } }]);
  expect(failed.plan.volumes).toMatchObject([{ ...one, class: 'orphaned' }]);
  script.unmount = null;
  const { failures, plan } = await isolator.recover({ running: [], orphans: [] });
  expect(failures).toEqual([]);
  expect(plan.volumes).toMatchObject([{ ...one, class: 'uncertain' }]);
  expect(calls.filter((call) => call === 'unmount one')).toHaveLength(2);
  expect(await isolator.list()).toMatchObject({ volumes: [], containers: [] });
});

test('a secret is in no error, no event and no row, whatever a driver says', async () => {
  const { isolator, script, events, row } = await setUp();
  const secret = 'canary-7f3b';
  const env = {
    DVDI_VOLUME_NAME: 'one',
    DVDI_VOLUME_DRIVER: 'tmpfs',
    DVDI_VOLUME_OPTS: `size=1,password=${secret}`,
  };
  await isolator.prepare('c', JSON.stringify({ id: 'app', cmd: 'true', env }));
  script.unmount = { code: 'driver-refused', uncertain: true };
  script.text = `cannot unmount with password ${secret}`;
  events.length = 0;
  const failure = await isolator.cleanup('c').catch((error: unknown) => error);
  const told = [failure, (failure as { failures: { cause: Error }[] }).failures[0]?.cause.message, events];
  expect(JSON.stringify(told)).toContain('***');
  const texts = events.flatMap((event) => ('error' in event && event.error !== null ? [String(event.error)] : []));
  expect(texts.length).toBeGreaterThan(0);
  expect([JSON.stringify(told), ...texts, (await row())?.error].join('\n')).not.toContain(secret);
});
