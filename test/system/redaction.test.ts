import { printableText } from '../../host/system/printable-text.ts';
import { createRedactor } from '../../host/system/redaction.ts';

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

const GO: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026' };

test.each([
  ['as it is', (value: string) => value],
  ['in JSON', (value: string) => JSON.stringify({ Opts: { password: value } })],
  ['in JSON in JSON', (value: string) => JSON.stringify({ Err: JSON.stringify({ password: value }) })],
  ['in JSON of Go', (value: string) => JSON.stringify(value).replace(/[<>&]/g, (mark) => GO[mark] ?? '')],
  ['in an address', (value: string) => `nfs://user:${encodeURIComponent(value)}@host/share`],
  [
    'in an address with small hex',
    (value: string) => encodeURIComponent(value).replace(/%../g, (hex) => hex.toLowerCase()),
  ],
  ['in a form', (value: string) => `password=${new URLSearchParams({ password: value })}`],
  ['in the quotes of a shell', (value: string) => `mount -o 'password=${value.replaceAll("'", "'\\''")}'`],
  ['in a comma-separated list', (value: string) => `"password=${value.replaceAll('"', '""')}"`],
  ['twice, and made printable', (value: string) => printableText(`${value}\n${value}`)],
  ['cut by printableText', (value: string) => printableText(`password ${value}`, 18)],
])('a value that is repeated %s is found', (_where, repeat) => {
  const value = `hunter2 <"it's"> & \u001b[3m`;
  const text = createRedactor([secret('password', value)]).text(repeat(value));
  expect(text).toContain('***');
  expect(text).not.toMatch(/hunt|it.{0,3}s|2\b/u);
});

test('of secrets that overlap nothing is left', () => {
  const redactor = createRedactor([secret('a', 'abcd'), secret('b', 'bcdefgh'), secret('c', 'ghij')]);
  expect(redactor.text('xabcdefghijx abcdabcd')).toBe('x***x ******');
});

test('a short secret goes where it surely is one, and leaves the rest readable', () => {
  const redactor = createRedactor([secret('pin', '12'), secret('key', 'a"')]);
  const pairs = [
    'pin=12',
    'pin="12"',
    "pin='12'",
    'pin: 12',
    '{"pin":"12"}',
    '{"pin": "12"}',
    '"{\\"pin\\":\\"12\\"}"',
    'pin%3D12',
    'got "12"',
  ];
  for (const pair of pairs) expect(redactor.text(pair)).toBe(pair.replace('12', '***'));
  expect(redactor.text('{"key":"a\\""}')).toBe('{"key":"***"}');
  expect(redactor.text('at 12:12:12 it took 12 ms, "1212"')).toBe('at 12:12:12 it took 12 ms, "1212"');
});

test('nobody can blank the names of containers and volumes by a secret of the same text', () => {
  const document = { container: 'web.1', volume: { driver: 'rexray', name: 'data' }, message: 'web.1: rexray' };
  const redactor = createRedactor([secret('a', 'web.1'), secret('b', 'rexray'), secret('c', 'data')]);
  expect(redactor.document(document)).toEqual({ ...document, message: '***: ***' });
});

test('a value with half a character is no reason to fail', () => {
  expect(createRedactor([secret('token', 'abc\ud800')]).text('abc\ud800 x')).toBe('*** x');
});

test('an empty secret and one that is redacted already are none', () => {
  expect(createRedactor([secret('token', ''), secret('key', '***')]).hasSecrets).toBe(false);
});
