import { errorFields, plainFields } from '../../../host/isolator/log/plain-fields.ts';

test('texts and lists are cut, and the rest of a text is counted', () => {
  const fields = plainFields({ path: 'x'.repeat(5_000), made: Array.from({ length: 100 }, () => 'y'), count: 7 });
  expect(fields).toEqual({
    path: `${'x'.repeat(2_000)}… (3000 more characters)`,
    made: Array.from({ length: 32 }, () => 'y'),
    count: 7,
  });
  expect(plainFields({ volumes: [{ volume: 'z'.repeat(2_001) }] })).toEqual({
    volumes: [{ volume: `${'z'.repeat(2_000)}… (1 more characters)` }],
  });
});

test('an error is its code, its text and its causes', () => {
  const refused = Object.assign(new Error('no'), { code: 'driver-refused' });
  const failure = Object.assign(new Error('step 1', { cause: refused }), { code: 'step-failed' });
  const failed = Object.assign(new Error('both'), { code: 'plan-failed', failures: [failure, new TypeError('oh')] });
  expect(plainFields({ error: failed })).toEqual({
    error: {
      code: 'plan-failed',
      message: 'both',
      causes: [
        { code: 'step-failed', message: 'step 1', causes: [{ code: 'driver-refused', message: 'no' }] },
        { code: 'internal', message: 'oh' },
      ],
    },
  });
  expect(errorFields(new AggregateError([refused], 'all'))).toMatchObject({ causes: [{ message: 'no' }] });
  expect(errorFields({ code: 'x', message: 'a report', causes: [refused] })).toMatchObject({
    causes: [{ message: 'no' }],
  });
});

test('no error is left out because of the cause that it has besides', () => {
  const error = Object.assign(new Error('failed', { cause: new Error('disk') }), { failures: [new Error('step')] });
  expect(errorFields(error).causes?.map(({ message }) => message)).toEqual(['step', 'disk']);
});

test('whatever is thrown is an error, and none is without an end', () => {
  expect(plainFields({ error: 'text' })).toEqual({ error: { code: 'internal', message: 'text' } });
  expect(plainFields({ error: null })).toEqual({ error: null });
  const endless = new Error('again');
  endless.cause = endless;
  expect(JSON.stringify(errorFields(endless)).match(/again/g)).toHaveLength(7);
  const nested: Record<string, unknown> = {};
  nested.inner = nested;
  expect(() => JSON.stringify(plainFields({ nested }))).not.toThrow();
});
