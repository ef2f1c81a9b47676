import { mkdir } from 'node:fs/promises';
import { Isolator } from '../../host/isolator/isolator.ts';
import { type IsolatorEvent, isStepEvent } from '../../host/isolator/isolator-event.ts';
import { app, volumeOf } from '../support/app.ts';
import { guardMounts } from '../support/mount-guard.ts';
import { createTmpfsDriver, driverFailure } from '../support/tmpfs-driver.ts';

const guard = guardMounts();

test('a cleanup drops the claims first, then tries every volume, whatever becomes of the others', async () => {
  await mkdir(`${guard.directory}/volumes`);
  const faults = { stuck: true };
  const plugin = createTmpfsDriver(`${guard.directory}/volumes`, {
    async beforeUnmount({ volume }) {
      if (faults.stuck && volume.name !== 'last') throw driverFailure(volume, 'unmount', volume.name === 'two');
    },
  });
  const events: IsolatorEvent[] = [];
  const options = {
    policy: { transport: 'plugin' },
    drivers: { plugin },
    onEvent: (event: IsolatorEvent) => void events.push(event),
  };
  const isolator = await Isolator.create(options);
  await isolator.prepare('c', app([{ name: 'one' }, { name: 'two' }, { name: 'last' }]));
  events.length = 0;
  await expect(isolator.cleanup('c')).rejects.toMatchObject({ code: 'plan-failed' });
  const steps = events.filter(isStepEvent).map(({ type, step }) => `${type} ${step.action}`);
  expect(steps.indexOf('step-done forget')).toBeLessThan(steps.indexOf('step-started unmountVolume'));
  const failed = events.flatMap((event) => (event.type === 'step-failed' ? [volumeOf(event.step)] : []));
  expect(failed.toSorted()).toEqual(['one', 'two']);
  expect(
    plugin.calls
      .slice(3)
      .filter((call) => call.startsWith('unmount'))
      .toSorted(),
  ).toEqual(['unmount last', 'unmount one', 'unmount two']);
  faults.stuck = false;
  for (const name of ['one', 'two']) await plugin.unmount({ volume: { driver: 'tmpfs', name }, timeoutMs: 1_000 });
});
