import { jest } from '@jest/globals';
import { DeadlineError, withDeadline } from '../../host/isolator/deadline.ts';
import { limitDriver } from '../../host/isolator/limited-driver.ts';

const late = () => new DeadlineError('looking at "/x"', 20);

test('what comes in time is given on, be it a failure', async () => {
  expect(await withDeadline(Promise.resolve(1), 1_000, late)).toBe(1);
  await expect(withDeadline(Promise.reject(new Error('no')), 1_000, late)).rejects.toThrow('no');
});

test('what does not come in time is an error that says so; what comes after it is nobody’s', async () => {
  const { promise, reject } = Promise.withResolvers<never>();
  await expect(withDeadline(promise, 20, late)).rejects.toMatchObject({ code: 'filesystem-timeout', timeoutMs: 20 });
  // Nobody waits for it any more: it must not end the process.
  reject(new Error('far too late'));
  await new Promise((resolve) => setImmediate(resolve));
});

test('a driver that does not keep its limit is given up, and may have acted', async () => {
  jest.useFakeTimers();
  try {
    const never = () => new Promise<never>(() => undefined);
    const driver = limitDriver({ mount: never, unmount: never, mountpointOf: never });
    const call = { volume: { driver: 'd', name: 'v' }, timeoutMs: 1_000 };
    const calls = [
      driver.mount({ ...call, options: [], create: true }),
      driver.unmount(call),
      driver.mountpointOf(call),
    ].map((promise) =>
      promise.then(
        () => null,
        (error: unknown) => error,
      ),
    );
    jest.advanceTimersByTime(16_000);
    const expected = { name: 'DriverError', code: 'driver-timeout', timedOut: true };
    expect(await Promise.all(calls)).toMatchObject([
      { ...expected, operation: 'mount', uncertain: true },
      { ...expected, operation: 'unmount', uncertain: true },
      { ...expected, operation: 'mountpointOf', uncertain: false },
    ]);
  } finally {
    jest.useRealTimers();
  }
});
