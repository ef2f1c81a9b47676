import { ERRORS, JsonProbe } from '../support/json/probe.ts';

let probe: JsonProbe;

beforeAll(async () => {
  probe = await JsonProbe.loadCounting();
});

/** What was expected, where: written down by hand, as a reader of the message would see it. */
test.each([
  ['', 'end', 'a value', 1, 1],
  ['[1,]', 'syntax', 'a value', 1, 4],
  ['{\n  name: 1\n}', 'syntax', 'a key in double quotes', 2, 3],
  ['{"a" 1}', 'syntax', "':' after the key", 1, 6],
  ['{"a": 1\n "b": 2}', 'syntax', "',' or '}'", 2, 2],
  ['{"a": 1]', 'syntax', "',' or '}'", 1, 8],
  ['[1 2]', 'syntax', "',' or ']'", 1, 4],
  ['[1', 'end', "',' or ']'", 1, 3],
  ['{"a": 1', 'end', "',' or '}'", 1, 8],
  ['{} {}', 'syntax', 'the end of the document', 1, 4],
  ['[01]', 'syntax', "',' or ']'", 1, 3],
  ['[-]', 'syntax', 'a digit', 1, 3],
  ['[1.e3]', 'syntax', 'a digit', 1, 4],
  ['[nul]', 'syntax', 'a value', 1, 5],
  ['["\\x41"]', 'syntax', 'one of " \\ / b f n r t u after a backslash', 1, 4],
  ['["\\u00zz"]', 'syntax', 'four hexadecimal digits after \\u', 1, 7],
  ['["a\nb"]', 'syntax', 'no control character inside a string', 1, 4],
  ['["abc', 'end', 'a closing double quote', 1, 6],
  ['["😀é", x]', 'syntax', 'a value', 1, 9],
  ['["€"\n,"😀"\n!]', 'syntax', "',' or ']'", 3, 1],
])('%j', (text, kind, expected, line, column) => {
  const reading = probe.read(new TextEncoder().encode(text));
  if ('value' in reading) throw new Error('read');
  expect({ ...reading, error: ERRORS[reading.error] }).toMatchObject({
    error: kind,
    expected,
    line,
    column,
    pointer: null,
  });
});

test('bytes that are not UTF-8 say so, with nothing to expect', () => {
  const reading = probe.read(new Uint8Array([0x5b, 0x22, 0x61, 0xff, 0x22, 0x5d]));
  expect(reading).toMatchObject({ error: ERRORS.indexOf('encoding'), expected: '', offset: 3, column: 4 });
});

test('a text nested too deep says where it is too deep', () => {
  const reading = probe.read(new TextEncoder().encode(`${'['.repeat(65)}`));
  expect(reading).toMatchObject({ error: ERRORS.indexOf('depth'), expected: '', offset: 64 });
});

test('as many values are read as the index holds, one more is an error', () => {
  const most = 512 * 1024;
  // Without the closing bracket, so that the whole of it need not be written back: all values are read, then the text
  // ends.
  const text = (values: number) => new TextEncoder().encode(`[${'0,'.repeat(values - 2)}0`);
  expect(probe.read(text(most))).toMatchObject({ error: ERRORS.indexOf('end'), offset: 2 * (most - 1) });
  expect(probe.read(text(most + 1))).toMatchObject({ error: ERRORS.indexOf('nodes'), offset: 2 * most - 1 });
});
