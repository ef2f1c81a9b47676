import { MountpointError } from '../../host/driver/mountpoint-error.ts';
import { DriverError } from '../../host/driver/volume-driver.ts';
import { errorText, secretFreeError } from '../../host/isolator/secret-free-error.ts';

const volume = { driver: 'd', name: 'v' };
const options = [
  { key: 'size', value: '5', secret: false },
  { key: 'password', value: 'hunter2', secret: true },
];

test('an error without a secret stays the very same', () => {
  const error = new Error('no', { cause: new Error('size=5') });
  expect(secretFreeError(error, options)).toBe(error);
  const leaking = new Error('hunter2');
  expect(secretFreeError(leaking, options.slice(0, 1))).toBe(leaking);
});

test.each<[string, unknown]>([
  ['its text', new Error('hunter2 is wrong')],
  ['its cause', new Error('no', { cause: new Error('hunter2 is wrong') })],
  ['the cause of its cause', new Error('no', { cause: { message: 'no', cause: 'hunter2' } })],
])('an error with a secret in %s is told without', (_where, error) => {
  const safe = secretFreeError(error, options) as Error;
  expect(`${safe.message} ${String(safe.cause)} ${safe.stack}`).not.toContain('hunter2');
});

test('a driver’s error keeps all that a program reads of it', () => {
  const fields = { code: 'driver-refused', volume, operation: 'unmount', uncertain: true } as const;
  const safe = secretFreeError(new DriverError('bad hunter2', { ...fields, cause: new Error('hunter2') }), options);
  expect(safe).toMatchObject({ name: 'DriverError', ...fields, message: 'bad ***' });
});

test('an answer that is no mountpoint is redacted, too', () => {
  const safe = secretFreeError(new MountpointError('mountpoint-invalid', 'hunter2', 'a path'), options);
  expect(safe).toMatchObject({ code: 'mountpoint-invalid', answer: '***', expected: 'a path' });
  const harmless = new MountpointError('mountpoint-invalid', 'x', 'a path');
  expect(secretFreeError(harmless, options)).toBe(harmless);
});

test('whatever the error is, its class, its code and its other fields stay', () => {
  class OddError extends Error {
    readonly code = 'odd';
    readonly output = Buffer.from('a hunter2 b');
    readonly plan = { options, volume: { driver: 'hunter2', name: 'v' } };
    readonly failures = [new Error('size=5, hunter2')];
    readonly signal = new AbortController().signal;
  }
  const error = new OddError('hunter2', { cause: new Error('fine') });
  const safe = secretFreeError(error, options) as OddError;
  expect(safe).toBeInstanceOf(OddError);
  expect(safe).toMatchObject({
    code: 'odd',
    message: '***',
    cause: error.cause,
    failures: [{ message: 'size=5, ***' }],
  });
  expect(safe.output.toString()).toBe('a *** b');
  expect(safe.plan.options).toEqual([options[0], { key: 'password', value: '***', secret: true }]);
  expect(safe.signal).toBe(error.signal);
  expect(safe.stack).toMatch(/^Error: \*{3}\n +at /);
});

test('output that a cause carries is looked through', () => {
  const cause = Object.assign(new Error('exit code 1'), { stderr: Buffer.from('hunter2') });
  const safe = secretFreeError(new Error('failed', { cause }), options) as { cause: { stderr: Buffer } };
  expect(safe.cause.stderr.toString()).toBe('***');
  expect(cause.stderr.toString()).toBe('hunter2');
});

test('an error that is its own cause comes to an end', () => {
  const error = new Error('hunter2');
  error.cause = error;
  const safe = secretFreeError(error, options) as Error;
  expect(safe.cause).toBe(safe);
  expect(safe.message).toBe('***');
});

test('the ledger keeps the texts of an error and its causes, once each, without secrets, and not too many', () => {
  const error = new Error('failed', { cause: new Error('failed', { cause: new Error('with hunter2') }) });
  expect(errorText(error, options)).toBe('failed: with ***');
  expect(errorText('x'.repeat(10_000), options)).toHaveLength(2_000);
});
