import { mkdir, writeFile } from 'node:fs/promises';
import { run } from '../../host/system/process.ts';
import { guardMounts, loopDevicesUnder, mountLines } from './mount-guard.ts';

const LIMITS = { timeoutMs: 30_000, outputMaxBytes: 65_536 };
const guard = guardMounts();

test('a mount shows as one more line and is gone after its unmount', async () => {
  const before = await mountLines();
  await run('/usr/bin/mount', ['-t', 'tmpfs', 'none', guard.directory], LIMITS);
  expect((await mountLines()).filter((line) => !before.includes(line))).toEqual([
    expect.stringContaining(`${guard.directory} / `),
  ]);
  await run('/usr/bin/umount', [guard.directory], LIMITS);
  expect(await mountLines()).toEqual(before);
});

test('a loop device is found by the directory of its backing file', async () => {
  await mkdir(`${guard.directory}/images`);
  await writeFile(`${guard.directory}/images/one`, Buffer.alloc(1_048_576));
  const { stdout } = await run('/usr/sbin/losetup', ['--find', '--show', `${guard.directory}/images/one`], LIMITS);
  const device = stdout.toString().trim();
  expect(loopDevicesUnder(guard.directory)).toEqual([device]);
  expect(loopDevicesUnder(`${guard.directory}/other`)).toEqual([]);
  await run('/usr/sbin/losetup', ['--detach', device], LIMITS);
  expect(loopDevicesUnder(guard.directory)).toEqual([]);
});
