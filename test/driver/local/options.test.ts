import { parseOptions } from '../../../host/driver/local/options.ts';

test('the seed’s options, keys without case', () => {
  const options = { Size: '5', IOPS: '150', volumetype: 'io1', NewFsType: 'XFS', overwriteFS: 'True' };
  expect(parseOptions(options, 10)).toEqual({
    sizeGib: 5,
    iops: 150,
    volumeType: 'io1',
    filesystem: 'xfs',
    overwrite: true,
  });
  expect(parseOptions({}, 10)).toEqual({});
});

test.each([
  ['size', '10'],
  ['size', '1'],
  ['iops', '999999999999'],
  ['volumetype', 'x'.repeat(64)],
  ['overwritefs', 'false'],
])('%s=%s is at the edge and taken', (key, value) => {
  expect(Object.keys(parseOptions({ [key]: value }, 10))).toHaveLength(1);
});

test.each([
  ['size', '11', 'option "size": expected it to be at most 10 GiB, got "11"'],
  ['size', '0', 'option "size": expected it to be a positive integer (GiB), got "0"'],
  ['size', '', 'option "size": expected it to be a positive integer (GiB), got ""'],
  ['size', '-1', 'option "size": expected it to be a positive integer (GiB), got "-1"'],
  ['size', '1.5', 'option "size": expected it to be a positive integer (GiB), got "1.5"'],
  ['size', '5G', 'option "size": expected it to be a positive integer (GiB), got "5G"'],
  ['size', '0x5', 'option "size": expected it to be a positive integer (GiB), got "0x5"'],
  ['size', '5\n', 'option "size": expected it to be a positive integer (GiB), got "5\\n"'],
  ['iops', '1000000000000', 'option "iops": expected it to be a positive integer, got "1000000000000"'],
  ['newfstype', 'btrfs', 'option "newfstype": expected it to be ext4 or xfs, got "btrfs"'],
  ['overwritefs', 'yes', 'option "overwritefs": expected it to be true or false, got "yes"'],
  ['volumetype', 'a b', expect.stringContaining('option "volumetype": expected it to be a word')],
  ['volumetype', 'x'.repeat(65), expect.stringContaining('option "volumetype": expected it to be a word')],
  ['sise', '5', 'unknown option "sise": expected size, newfstype, overwritefs, iops or volumetype'],
  ['__proto__', '5', 'unknown option "__proto__": expected size, newfstype, overwritefs, iops or volumetype'],
])('%s=%j is refused by name', (key, value, message) => {
  const options = Object.fromEntries([[key, value]]);
  expect(() => parseOptions(options, 10)).toThrow(expect.objectContaining({ code: 'volume-option', message }));
});

test('one option twice, in different case, is refused', () => {
  expect(() => parseOptions({ size: '1', SIZE: '1' }, 10)).toThrow(
    'option "SIZE": expected it to be given once, got it twice, in different case',
  );
});
