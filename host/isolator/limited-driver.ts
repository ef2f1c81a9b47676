import { DriverError, type VolumeCall, type VolumeDriver } from '../driver/volume-driver.ts';
import { withDeadline } from './deadline.ts';

/** A driver that keeps its own limit gets this much more: to end a process, or to tell what it knows. */
const GRACE_MS = 15_000;

/** Holds a driver to its time limits, also one that has none or that hangs where it cannot see them. */
export function limitDriver(driver: VolumeDriver): VolumeDriver {
  return {
    mount: (call) => limit(driver.mount(call), call, 'mount'),
    unmount: (call) => limit(driver.unmount(call), call, 'unmount'),
    mountpointOf: (call) => limit(driver.mountpointOf(call), call, 'mountpointOf'),
  };
}

async function limit<Answer>(awaited: Promise<Answer>, call: VolumeCall, operation: string): Promise<Answer> {
  const { volume, timeoutMs } = call;
  return await withDeadline(awaited, timeoutMs + GRACE_MS, () => {
    const message = `expected the driver to keep its limit of ${timeoutMs} ms, got no answer for ${GRACE_MS} ms more`;
    return new DriverError(message, {
      code: 'driver-timeout',
      volume,
      operation,
      uncertain: operation !== 'mountpointOf',
    });
  });
}
