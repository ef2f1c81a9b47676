import { createRedactor } from '../../host/cli/redaction.ts';

const secret = (key: string, value: string) => ({ key, value, secret: true });

test('options that are marked lose their value wherever they stand', () => {
  const document = { steps: [{ options: [secret('token', 'abc'), { key: 'size', value: '5', secret: false }] }] };
  expect(createRedactor(document).document(document)).toEqual({
    steps: [{ options: [secret('token', '***'), { key: 'size', value: '5', secret: false }] }],
  });
});

test('texts lose the pair, and the bare value when it is long enough to be told apart', () => {
  const redactor = createRedactor([secret('pin', '12'), secret('password', 'hunter2')]);
  expect(redactor.text('pin=12,size=12,password=hunter2')).toBe('pin=***,size=12,password=***');
  expect(redactor.text('the driver says: hunter2 is wrong')).toBe('the driver says: *** is wrong');
});

test('a value is found in its JSON spelling, too', () => {
  const redactor = createRedactor([secret('password', 'a"b\\c')]);
  expect(redactor.text('"password=a\\"b\\\\c"')).toBe('"password=***"');
});

test('of two secrets the longer is replaced first', () => {
  const redactor = createRedactor([secret('a', 'word'), secret('b', 'password')]);
  expect(redactor.text('password')).toBe('***');
});

test('a document without secrets is handed through as it is', () => {
  const document = { options: [{ key: 'size', value: '5', secret: false }] };
  expect(createRedactor(document).document(document)).toBe(document);
});

test('environment values of the task lose the pair', () => {
  const document = {
    requests: [{ options: [secret('password', 'x1')] }],
    task: { environment: [{ name: 'DVDI_VOLUME_OPTS', value: 'size=5,password=x1' }] },
  };
  expect(createRedactor(document).document(document).task.environment[0]?.value).toBe('size=5,password=***');
});
