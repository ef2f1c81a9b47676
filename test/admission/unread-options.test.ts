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
  ['{"id": "/web", "cmd": "sleep 1", "size": 5}', '{"id": "/web", "cmd": "sleep 1", "size": 5}'],
])('in %s only what was read is shown', (line, shown) => {
  expect(hideUnreadOptions([read])(line)).toBe(shown);
});
