import fc from 'fast-check';
import { independentPlaces } from '../support/json/independent-places.ts';
import { JsonProbe } from '../support/json/probe.ts';
import { ACCEPT, bytesOf } from './corpus.ts';

let probe: JsonProbe;

beforeAll(async () => {
  probe = await JsonProbe.loadCounting();
});

test('written down by hand', () => {
  const text = '{\n  "a/b": [1, {"~": "😀"}],\n  "é": null}';
  expect(probe.places(new TextEncoder().encode(text))).toEqual([
    { pointer: '', offset: 0, line: 1, column: 1 },
    { pointer: '/a~1b', offset: 4, line: 2, column: 3 },
    { pointer: '/a~1b', offset: 11, line: 2, column: 10 },
    { pointer: '/a~1b/0', offset: 12, line: 2, column: 11 },
    { pointer: '/a~1b/1', offset: 15, line: 2, column: 14 },
    { pointer: '/a~1b/1/~0', offset: 16, line: 2, column: 15 },
    { pointer: '/a~1b/1/~0', offset: 21, line: 2, column: 20 },
    { pointer: '/é', offset: 33, line: 3, column: 3 },
    { pointer: '/é', offset: 39, line: 3, column: 8 },
  ]);
});

test.each(ACCEPT)('%s', (_, text) => {
  const bytes = bytesOf(text);
  const expected = independentPlaces(new TextDecoder().decode(bytes));
  // The pointer of each place is searched from the root: large texts would take long and show nothing new.
  if (expected.length < 400) expect(probe.places(bytes)).toEqual(expected);
});

test('any document, written with any white space', () => {
  const key = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('/', '~', '~1', 'a/b~c', '', '\u0000', '"\\'));
  const documents = fc.jsonValue({ maxDepth: 5, stringUnit: 'grapheme' });
  const space = fc.constantFrom('', ' ', '\n', '\r\n', '\t', ' \n  ');
  fc.assert(
    fc.property(
      fc.dictionary(key, documents, { maxKeys: 6 }),
      fc.constantFrom(0, 1, 4),
      space,
      (value, indent, around) => {
        const text = around + JSON.stringify(value, null, indent) + around;
        expect(probe.places(new TextEncoder().encode(text))).toEqual(independentPlaces(text));
      },
    ),
    { numRuns: 500 },
  );
});
