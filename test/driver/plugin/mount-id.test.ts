import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { mountId, readMachineName } from '../../../host/driver/plugin/mount-id.ts';
import { useTemporaryDirectory } from '../../support/temporary-directory.ts';

const directory = useTemporaryDirectory();

test('an id is 64 hexadecimal digits and never changes between versions', () => {
  expect(mountId('0'.repeat(32), { driver: 'rexray', name: 'data' })).toBe(
    '481dfcd3c5bfa3f8551c2fe9c5b9f9cbaf0b3efc2ac3758540d70eb3d54f2eee',
  );
});

test('machine, driver and name each make another id, wherever one ends and the next begins', () => {
  const ids = [
    mountId('m', { driver: 'a', name: 'bc' }),
    mountId('m', { driver: 'ab', name: 'c' }),
    mountId('ma', { driver: 'b', name: 'c' }),
    mountId('m', { driver: 'a', name: 'BC' }),
    mountId('m', { driver: 'a"', name: 'bc' }),
  ];
  expect(new Set(ids).size).toBe(ids.length);
});

describe('the name of the machine', () => {
  test('is its machine id', async () => {
    const file = join(directory.path, 'machine-id');
    await writeFile(file, '0123456789abcdef0123456789abcdef\n');
    expect(await readMachineName(file)).toBe('0123456789abcdef0123456789abcdef');
  });

  test.each(['', 'uninitialized\n'])('is its host name where the id is %j', async (text) => {
    const file = join(directory.path, 'machine-id');
    await writeFile(file, text);
    expect(await readMachineName(file)).toBe(`host:${hostname()}`);
  });

  test('is its host name where there is no id', async () => {
    expect(await readMachineName(join(directory.path, 'none'))).toBe(`host:${hostname()}`);
  });

  test('a file that cannot be read is an error, and no second name for one machine', async () => {
    await expect(readMachineName(directory.path)).rejects.toThrow('EISDIR');
  });
});
