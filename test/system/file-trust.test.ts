import { distrustOf } from '../../host/system/file-trust.ts';

const own = process.geteuid?.() ?? 0;

test.each([
  ['root’s', { uid: 0, mode: 0o100644 }, null],
  ['ours', { uid: own, mode: 0o100600 }, null],
  ['of another user', { uid: 4_000_000, mode: 0o100600 }, 'it belongs to user 4000000'],
  ['that its group can write', { uid: own, mode: 0o100620 }, 'its mode is 620'],
  ['that all can write', { uid: own, mode: 0o100602 }, 'its mode is 602'],
])('a file %s', (_whose, found, distrust) => expect(distrustOf(found)).toBe(distrust));
