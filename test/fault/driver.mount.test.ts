import { describeEveryEffect } from '../support/faults/every-effect.ts';
import { DRIVER_FAULTS, faultyDriver } from '../support/faults/faulty-driver.ts';
import { guardMounts } from '../support/mount-guard.ts';

const guard = guardMounts();

describe.each(DRIVER_FAULTS)('a driver that %s', (fault) => {
  describeEveryEffect(
    'it is asked',
    () => guard.directory,
    (plan) => ({ driver: (driver) => faultyDriver(driver, plan, fault) }),
  );
});
