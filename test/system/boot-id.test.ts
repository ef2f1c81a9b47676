import { readFileSync } from 'node:fs';
import { bootId } from '../../host/system/boot-id.ts';

test('is the kernel’s own, and the same each time', () => {
  expect(bootId()).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')).toBe(`${bootId()}\n`);
  expect(bootId()).toBe(bootId());
});
