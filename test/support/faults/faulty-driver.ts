import {
  DriverError,
  type DriverErrorCode,
  type VolumeCall,
  type VolumeDriver,
} from '../../../host/driver/volume-driver.ts';
import { withDeadline } from '../../../host/isolator/deadline.ts';
import type { FaultPlan } from './fault-plan.ts';

/** How a driver fails. */
export const DRIVER_FAULTS = [
  'refuses before acting',
  'crashes before acting',
  'crashes after acting',
  'says yes without acting',
  'acts and answers rubbish',
  'hangs until its deadline, having acted',
  'hangs until its deadline, having done nothing',
] as const;
export type DriverFault = (typeof DRIVER_FAULTS)[number];

/** The limits of the policy of these tests are shorter; that of a question is a minute, which nobody waits for here. */
const HANG_MAX_MS = 400;

const RUBBISH = 'Usage: driver [flags]\n\u001b[31mnot a path';

interface Behaviour {
  readonly acts: boolean;
  readonly code: DriverErrorCode | null;
  readonly uncertain: boolean;
}

const BEHAVIOURS: Readonly<Record<DriverFault, Behaviour>> = {
  'refuses before acting': { acts: false, code: 'driver-refused', uncertain: false },
  'crashes before acting': { acts: false, code: 'driver-crashed', uncertain: true },
  'crashes after acting': { acts: true, code: 'driver-crashed', uncertain: true },
  'says yes without acting': { acts: false, code: null, uncertain: false },
  'acts and answers rubbish': { acts: true, code: null, uncertain: false },
  'hangs until its deadline, having acted': { acts: true, code: 'driver-timeout', uncertain: true },
  'hangs until its deadline, having done nothing': { acts: false, code: 'driver-timeout', uncertain: true },
};

/** A driver whose calls fail by a plan, all in one way. */
export function faultyDriver(driver: VolumeDriver, plan: FaultPlan, fault: DriverFault): VolumeDriver {
  const { acts, code, uncertain } = BEHAVIOURS[fault];
  const call = async <Answer>(
    operation: string,
    request: VolumeCall,
    act: () => Promise<Answer>,
    lie: Answer,
  ): Promise<Answer> => {
    if (!plan.isNext(`${operation} ${request.volume.name}`)) return await act();
    if (acts) await act();
    if (code === null) return lie;
    const changes = operation !== 'mountpointOf';
    const fields = { code, volume: request.volume, operation, uncertain: uncertain && changes };
    const failure = new DriverError(`the driver ${fault} (injected)`, fields);
    if (code !== 'driver-timeout') throw failure;
    const never = new Promise<never>(() => {});
    return await withDeadline(never, Math.min(request.timeoutMs, HANG_MAX_MS), () => failure);
  };
  return {
    mount: (request) =>
      call('mount', request, () => driver.mount(request), acts ? RUBBISH : `/nowhere/${request.volume.name}`),
    unmount: (request) => call('unmount', request, () => driver.unmount(request), undefined),
    mountpointOf: (request) =>
      call<string | null>('mountpointOf', request, () => driver.mountpointOf(request), acts ? RUBBISH : null),
  };
}
