import { DriverError } from '../../host/driver/volume-driver.ts';

/** The error of a driver call that has to fail. */
export async function driverFailure(promise: Promise<unknown>): Promise<DriverError> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if (!('error' in outcome)) throw new Error(`expected a failure, got ${JSON.stringify(outcome.value)}`);
  if (!(outcome.error instanceof DriverError)) throw outcome.error;
  return outcome.error;
}
