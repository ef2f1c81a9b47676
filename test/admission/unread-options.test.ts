import { hideUnreadOptions } from '../../host/admission/unread-options.ts';
import type { VolumeRequest } from '../../host/core/documents.ts';

const read = { options: [{ key: 'size', value: '5', secret: false }] } as unknown as VolumeRequest;

test.each([
  ['"DVDI_VOLUME_OPTS": "size=5,password=hunter2"', '"DVDI_VOLUME_OPTS": "size=5,password=***"'],
  ['"DVDI_VOLUME_OPTS": "password=hunter2', '"DVDI_VOLUME_OPTS": "password=***'],
  ['"DVDI_VOLUME_OPTS": "password=a\\"b\\\\c"', '"DVDI_VOLUME_OPTS": "password=***"'],
  ['"DVDI_VOLUME_OPTS": "size=5,password=***"', '"DVDI_VOLUME_OPTS": "size=5,password=***"'],
  ['{"dvdi/password": "hunter2", "dvdi/size": "5"}', '{"dvdi/password": "***", "dvdi/size": "5"}'],
  ['{"dvdi/password":"hunter2', '{"dvdi/password":"***"'],
  ['{"key": "password", "value": "hunter2"}', '{"key": "password", "value": "***"}'],
  ['"driverOptions": {"password": "hunter2", "size": "5"}', '"driverOptions": {"password": "***", "size": "5"}'],
  ['  DVDI_VOLUME_OPTS: size=5,password=hunter2', '  DVDI_VOLUME_OPTS: size=5,password=***'],
  ['  dvdi/password: hunter2', '  dvdi/password: ***'],
  ['  dvdi/size: 5', '  dvdi/size: 5'],
  ["  'dvdi/password': hunter2", "  'dvdi/password': ***"],
  ['  apiToken: hunter2 hunter3', '  apiToken: ***'],
  ["{password: 'hunter2', size: 5}", '{password: "***", size: 5}'],
  ['{"id": "/web", "cmd": "sleep 1", "size": 5}', '{"id": "/web", "cmd": "sleep 1", "size": 5}'],
])('in %s only what was read is shown', (line, shown) => {
  expect(hideUnreadOptions([read])(line)).toBe(shown);
});

test.each([
  ['x', 'one word'],
  ['pass', 'names of secrets'],
  ['/', 'slashes'],
  ['a.', 'dots'],
  ['"/', 'quotes and slashes'],
  ['a/', 'keys with slashes'],
  ['"a/b" ', 'keys without values'],
  [' ', 'blanks'],
])('a line of 1 MiB of %j (%s) is read in time', (piece) => {
  const startMs = performance.now();
  hideUnreadOptions([])(piece.repeat(1_048_576 / piece.length));
  expect(performance.now() - startMs).toBeLessThan(2_000);
});
