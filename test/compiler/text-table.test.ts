import { TextTable } from '../../compiler/text-table.ts';

const decoder = new TextDecoder();

/** A table of texts, and what can be read back from its layout by number. */
function layOut(texts: readonly string[]) {
  const table = new TextTable();
  const numbers = texts.map((text) => table.numberOf(text));
  const { bytes, places } = table.layOut();
  const read = numbers.map((number) => {
    const place = places[number];
    if (place === undefined) throw new Error(`there is no text ${number}`);
    return decoder.decode(bytes.subarray(place.offset, place.offset + place.length));
  });
  return { numbers, read, bytes, size: table.size };
}

test('every text can be read back, also empty ones and those outside of ASCII', () => {
  const texts = ['driver', '', 'Οὖτις…', '𝄞', 'a volume', 'volume', '…'];
  expect(layOut(texts).read).toEqual(texts);
});

test('the same text has one number', () => {
  const { numbers, size } = layOut(['a', 'b', 'a']);
  expect(numbers).toEqual([0, 1, 0]);
  expect(size).toBe(2);
});

test('a text inside of another one takes no room', () => {
  expect(layOut(['volume', 'a volume row', 'row', '']).bytes).toHaveLength('a volume row'.length);
});

test('the layout depends on the texts and their order alone', () => {
  const texts = ['one', 'two', 'six', 'seven'];
  expect(layOut(texts)).toEqual(layOut(texts));
});

test('refuses what has no UTF-8 form', () => {
  expect(() => new TextTable().numberOf('a\ud800')).toThrow(RangeError);
});
