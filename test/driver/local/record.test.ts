import { formatRecord, parseRecord, type VolumeRecord } from '../../../host/driver/local/record.ts';
import { renewedRecord, requireSameOptions } from '../../../host/driver/local/record-options.ts';

const RECORD: VolumeRecord = {
  format: 1,
  driver: 'rexray',
  name: 'v',
  createdAt: '2026-01-01T00:00:00.000Z',
  backing: 'image',
  sizeGib: 5,
  filesystem: 'ext4',
  overwrite: false,
  iops: null,
  volumeType: 'gp2',
  boot: 'b',
  mountedFor: ['', 'x'],
  lease: null,
};

test('what is written is read', () => {
  expect(parseRecord(formatRecord(RECORD), 'p')).toEqual(RECORD);
});

test('the record of a store that was not shared yet has no holder; any other names it whole', () => {
  const { lease: _lease, ...old } = RECORD;
  expect(parseRecord(JSON.stringify(old), 'p')).toEqual(RECORD);
  const held = { ...RECORD, lease: { agent: 'a', host: 'h', pid: 7, server: 's', since: '2026-01-01T00:00:00.000Z' } };
  expect(parseRecord(formatRecord(held), 'p')).toEqual(held);
});

test.each<[string, string]>([
  [JSON.stringify({ ...RECORD, lease: 'a' }), 'no valid "lease"'],
  [
    JSON.stringify({ ...RECORD, lease: { agent: 'a', host: 'h', pid: '7', server: 's', since: '' } }),
    'no valid "lease"',
  ],
  ['', 'something else'],
  ['[]', 'no valid "format"'],
  ['null', 'something else'],
  [formatRecord(RECORD).slice(0, -4), 'something else'],
  [JSON.stringify({ ...RECORD, format: 2 }), 'no valid "format"'],
  [JSON.stringify({ ...RECORD, sizeGib: 0 }), 'no valid "sizeGib"'],
  [JSON.stringify({ ...RECORD, filesystem: 'btrfs' }), 'no valid "filesystem"'],
  [JSON.stringify({ ...RECORD, backing: 'tape' }), 'no valid "backing"'],
  [JSON.stringify({ ...RECORD, iops: '1' }), 'no valid "iops"'],
  [JSON.stringify({ ...RECORD, mountedFor: [1] }), 'no valid "mountedFor"'],
  [JSON.stringify({ ...RECORD, overwrite: undefined }), 'no valid "overwrite"'],
])('%s is damaged', (text, got) => {
  expect(() => parseRecord(text, '/s/volume.json')).toThrow(
    expect.objectContaining({
      code: 'volume-damaged',
      message: expect.stringContaining(`/s/volume.json is damaged: expected the record of a volume, got ${got};`),
    }),
  );
});

test('options that are not given ask for nothing', () => {
  expect(() => requireSameOptions(RECORD, {})).not.toThrow();
  expect(() => requireSameOptions(RECORD, { sizeGib: 5, volumeType: 'gp2', overwrite: true })).not.toThrow();
  expect(() => requireSameOptions(RECORD, { iops: 3 })).toThrow('iops=not set, not 3');
});

test('made anew, a volume has what is given and keeps the rest', () => {
  expect(renewedRecord(RECORD, { filesystem: 'xfs', overwrite: true })).toEqual({
    ...RECORD,
    filesystem: 'xfs',
    overwrite: true,
  });
});
