import { closeSync, openSync, readlinkSync } from 'node:fs';
import { OwnedFd } from '../../host/system/owned-fd.ts';

function isOpen(fd: number): boolean {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`) !== '';
  } catch {
    return false;
  }
}

test('is closed at the end of its block', () => {
  const fd = openSync('/', 'r');
  {
    using owned = new OwnedFd(fd, 'the root');
    expect(owned.fd).toBe(fd);
    expect(isOpen(fd)).toBe(true);
  }
  expect(isOpen(fd)).toBe(false);
});

test('closed twice, it leaves alone who has the number by then', () => {
  const owned = new OwnedFd(openSync('/', 'r'), 'the root');
  const number = owned.fd;
  owned.close();
  const other = openSync('/', 'r');
  // The kernel gives the lowest free number.
  expect(other).toBe(number);
  owned.close();
  expect(isOpen(other)).toBe(true);
  expect(() => owned.fd).toThrow('the root was used after it was closed');
  closeSync(other);
});
