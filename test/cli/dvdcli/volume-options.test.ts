import fc from 'fast-check';
import { parseVolumeOptions } from '../../../host/cli/dvdcli/volume-options.ts';
import { mountArguments } from '../../../host/driver/dvdcli/dvdcli-arguments.ts';

function pairs(...values: string[]): [string, string][] {
  return parseVolumeOptions(values).map(({ key, value }) => [key, value]);
}

test.each<[string, string[], [string, string][]]>([
  ['no flag', [], []],
  ['an empty flag', [''], []],
  [
    'one item a flag',
    ['size=5', 'iops=150'],
    [
      ['size', '5'],
      ['iops', '150'],
    ],
  ],
  [
    'several items a flag',
    ['size=5,iops=150'],
    [
      ['size', '5'],
      ['iops', '150'],
    ],
  ],
  [
    'an empty value',
    ['a=,b='],
    [
      ['a', ''],
      ['b', ''],
    ],
  ],
  ['"=" in a value', ['o=addr=10.0.0.1'], [['o', 'addr=10.0.0.1']]],
  [
    'an item in quotes',
    ['"o=rw,nolock",b=1'],
    [
      ['o', 'rw,nolock'],
      ['b', '1'],
    ],
  ],
  ['quotes in quotes', ['"a=say ""x"""'], [['a', 'say "x"']]],
  ['blanks stay', [' a = b '], [[' a ', ' b ']]],
  [
    'keys in another case are other keys',
    ['a=1,A=2'],
    [
      ['a', '1'],
      ['A', '2'],
    ],
  ],
])('%s', (_title, values, expected) => {
  expect(pairs(...values)).toEqual(expected);
});

test.each([
  ['an item without "="', 'size'],
  ['an item without a key', '=5'],
  ['an empty item', 'a=1,,b=2'],
  ['a comma at the end', 'a=1,'],
  ['a key again', 'a=1,a=2'],
  ['a quote inside an item', 'a=say "x"'],
  ['a quote that is not closed', '"a=1'],
  ['text after a quoted item', '"a=1"b'],
])('%s is an error', (_title, value) => {
  expect(() => parseVolumeOptions([value])).toThrow(/^--volumeopts: expected /);
});

test('reads back whatever the dvdcli driver writes', () => {
  const text = fc.string({ unit: fc.constantFrom('a', ',', '"', '=', ' ', '-', 'é', '\\') });
  const key = text.filter((candidate) => candidate !== '' && !candidate.includes('='));
  const options = fc.uniqueArray(fc.record({ key, value: text, secret: fc.constant(false) }), {
    selector: (option) => option.key,
  });
  fc.assert(
    fc.property(options, (written) => {
      const call = { volume: { driver: 'd', name: 'n' }, options: written, create: true, timeoutMs: 1 };
      const flags = mountArguments(call, 'quoted').filter((argument) => argument.startsWith('--volumeopts='));
      expect(parseVolumeOptions(flags.map((flag) => flag.slice('--volumeopts='.length)))).toEqual(written);
    }),
  );
});
