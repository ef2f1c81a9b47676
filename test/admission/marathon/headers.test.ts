import { endToEnd, trailerPairs, valuesOf } from '../../../host/admission/marathon/headers.ts';

const fields = [
  'Host',
  'm',
  'X-A',
  '1',
  'connection',
  'x-hop , Keep-Alive',
  'X-Hop',
  '2',
  'x-a',
  '3',
  'TE',
  'trailers',
];

test('fields of the connection go, with those that it names; the others keep order, case and number', () => {
  expect(endToEnd(fields)).toEqual(['Host', 'm', 'X-A', '1', 'x-a', '3']);
  expect(endToEnd(fields, ['x-a'])).toEqual(['Host', 'm']);
});

test('no Connection takes away what frames or names a message', () => {
  const framed = ['Connection', 'host, content-length, transfer-encoding, content-encoding', 'Host', 'm'];
  const rest = ['Content-Length', '4', 'Transfer-Encoding', 'chunked', 'Content-Encoding', 'gzip'];
  expect(endToEnd([...framed, ...rest])).toEqual(['Host', 'm', ...rest]);
});

test('the values of a field come in their order, whatever its case', () => {
  expect(valuesOf(fields, 'x-a')).toEqual(['1', '3']);
  expect(valuesOf(fields, 'x-b')).toEqual([]);
});

test('trailers are pairs', () => {
  expect(trailerPairs(['X-Sum', '1', 'X-Sum', '2'])).toEqual([
    ['X-Sum', '1'],
    ['X-Sum', '2'],
  ]);
});
