import { nearest } from '../../host/cli/nearest.ts';

const known = ['option-without-value', 'option-repeated', 'path-protected', 'driver-timeout'];

test.each([
  ['option-without-valu', 'option-without-value'],
  ['OPTION-REPEATED', 'option-repeated'],
  ['drivertimeout', 'driver-timeout'],
  ['protected', 'path-protected'],
])('%s is taken for %s', (word, expected) => {
  expect(nearest(word, known)[0]).toBe(expected);
});

test.each([[''], ['zzzzzzzz'], ['x'.repeat(10_000)]])('nothing is near to %p', (word) => {
  expect(nearest(word, known)).toEqual([]);
});

test('not more than asked for', () => {
  expect(nearest('option', ['option-a', 'option-b', 'option-c'], 2)).toHaveLength(2);
});
