import { firstError } from '../support/json/first-error.ts';
import { lineAndColumn, readWithV8 } from '../support/json/oracle.ts';
import { ERRORS, JsonProbe, parsedValue, stringsOf } from '../support/json/probe.ts';
import { ACCEPT, bytesOf, CHOICE, REJECT } from './corpus.ts';

let probe: JsonProbe;

beforeAll(async () => {
  probe = await JsonProbe.loadCounting();
});

test('the corpus has no name twice, and no text twice', () => {
  const cases = [...ACCEPT, ...REJECT, ...CHOICE.map(({ name, text }) => [name, text] as const)];
  expect(cases.length).toBeGreaterThanOrEqual(250);
  expect(new Set(cases.map(([name]) => name)).size).toBe(cases.length);
  expect(new Set(cases.map(([, text]) => Buffer.from(bytesOf(text)).toString('hex'))).size).toBe(cases.length);
});

describe('must be read', () => {
  test.each(ACCEPT)('%s', (_, text) => {
    const bytes = bytesOf(text);
    const reading = probe.read(bytes);
    if (!('value' in reading)) throw new Error(`refused: ${JSON.stringify(reading)}`);
    expect(parsedValue(reading.value)).toEqual(readWithV8(bytes)?.value);
    for (const [resolved, written] of stringsOf(reading.value)) expect(resolved).toBe(written.toWellFormed());
    expect(firstError(bytes)).toBeNull();
  });
});

describe('must be refused', () => {
  test.each(REJECT)('%s', (_, text) => {
    const bytes = bytesOf(text);
    expect(readWithV8(bytes)).toBeNull();
    const reading = probe.read(bytes);
    if ('value' in reading) throw new Error(`read as ${JSON.stringify(reading.value)}`);
    const { error, offset, line, column } = reading;
    expect({ kind: ERRORS[error], offset }).toEqual(firstError(bytes));
    expect({ line, column }).toEqual(lineAndColumn(bytes, offset));
  });
});

describe('left to the reader', () => {
  test.each(CHOICE.map((choice) => [choice.name, choice] as const))('%s', (_, choice) => {
    const reading = probe.read(bytesOf(choice.text));
    const outcome = 'value' in reading ? 'read' : ERRORS[reading.error];
    expect(outcome).toBe(choice.outcome);
  });

  test('a lone surrogate becomes U+FFFD, a pair does not', () => {
    const reading = probe.read(new TextEncoder().encode(String.raw`["\ud83d\ud83d\ude00\ude00"]`));
    expect(reading).toEqual({ value: { array: [{ string: ['\ufffd😀\ufffd', '\ud83d😀\ude00'] }] } });
  });

  test('repeated keys are all there, in order', () => {
    const reading = probe.read(new TextEncoder().encode('{"a":1,"b":2,"a":3}'));
    const strings = 'value' in reading ? [...stringsOf(reading.value)].map(([resolved]) => resolved) : [];
    expect(strings).toEqual(['a', 'b', 'a']);
  });
});
