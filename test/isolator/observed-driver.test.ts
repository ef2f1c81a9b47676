import { DriverError, type VolumeDriver } from '../../host/driver/volume-driver.ts';
import type { IsolatorEvent } from '../../host/isolator/isolator-event.ts';
import { observeDriver } from '../../host/isolator/observed-driver.ts';

const volume = { driver: 'd', name: 'v' };
const options = [{ key: 'password', value: 'hunter2', secret: true }];
const transport = { kind: 'plugin' } as const;
const call = { volume, timeoutMs: 1_000 };

function observed(driver: Partial<VolumeDriver>) {
  const events: IsolatorEvent[] = [];
  const onEvent = (event: IsolatorEvent) => void events.push(event);
  const whole: VolumeDriver = {
    mount: async () => '/there',
    unmount: async () => undefined,
    mountpointOf: async () => null,
    ...driver,
  };
  return { events, driver: observeDriver(whole, { transport, container: 'c', options, onEvent }) };
}

test('each call is told when it has ended, and answered as it was', async () => {
  const { events, driver } = observed({});
  expect(await driver.mount({ ...call, options, create: true })).toBe('/there');
  await driver.unmount(call);
  expect(await driver.mountpointOf(call)).toBeNull();
  const about = { type: 'driver-called', container: 'c', volume, transport, outcome: 'done', error: null };
  expect(events).toMatchObject(['mount', 'unmount', 'mountpointOf'].map((operation) => ({ ...about, operation })));
  for (const event of events) expect('durationMs' in event && event.durationMs).toBeGreaterThanOrEqual(0);
});

test('a failure is told with its code, without secrets, to the log as to the caller', async () => {
  const { events, driver } = observed({
    unmount: async () => {
      const fields = { code: 'driver-refused', volume, operation: 'unmount', uncertain: true } as const;
      throw new DriverError('password hunter2', fields);
    },
  });
  const error = await driver.unmount(call).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'driver-refused', message: 'password ***' });
  expect(events).toEqual([expect.objectContaining({ outcome: 'driver-refused', isUncertain: true, error })]);
});

test('an error that no driver may throw is told as a defect, and tells nothing', async () => {
  const broken = async () => {
    throw new TypeError('oh');
  };
  const { events, driver } = observed({ mount: broken, mountpointOf: broken });
  await expect(driver.mount({ ...call, options, create: true })).rejects.toThrow('oh');
  await expect(driver.mountpointOf(call)).rejects.toThrow('oh');
  expect(events).toMatchObject([
    { operation: 'mount', outcome: 'failed', isUncertain: true },
    { operation: 'mountpointOf', outcome: 'failed', isUncertain: false },
  ]);
});
