import type { Transport, VolumeOption } from '../core/documents.ts';
import { DriverError, type VolumeCall, type VolumeDriver } from '../driver/volume-driver.ts';
import type { DriverOperation, EventListener } from './isolator-event.ts';
import { secretFreeError } from './secret-free-error.ts';

/** What is known of the calls of a driver. */
export interface Observation {
  readonly transport: Transport;
  /** On whose account they are made; null for a retry and the like. */
  readonly container: string | null;
  /** Of the volume: the values of secret ones are in no event and in no error that the caller gets. */
  readonly options: readonly VolumeOption[];
  readonly onEvent: EventListener;
}

/** Tells each call of a driver when it has ended, how long it took, and how it ended. */
export function observeDriver(driver: VolumeDriver, observation: Observation): VolumeDriver {
  return {
    mount: (call) => observe('mount', call, observation, () => driver.mount(call)),
    unmount: (call) => observe('unmount', call, observation, () => driver.unmount(call)),
    mountpointOf: (call) => observe('mountpointOf', call, observation, () => driver.mountpointOf(call)),
  };
}

async function observe<Answer>(
  operation: DriverOperation,
  { volume }: VolumeCall,
  { transport, container, options, onEvent }: Observation,
  act: () => Promise<Answer>,
): Promise<Answer> {
  const startMs = performance.now();
  const about = { type: 'driver-called', container, operation, volume, transport } as const;
  try {
    const answer = await act();
    const durationMs = performance.now() - startMs;
    onEvent({ ...about, durationMs, outcome: 'done', isUncertain: false, error: null });
    return answer;
  } catch (reason) {
    const error = secretFreeError(reason, options);
    const durationMs = performance.now() - startMs;
    const outcome = error instanceof DriverError ? error.code : 'failed';
    const isUncertain = error instanceof DriverError ? error.uncertain : operation !== 'mountpointOf';
    onEvent({ ...about, durationMs, outcome, isUncertain, error });
    throw error;
  }
}
