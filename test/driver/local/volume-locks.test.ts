import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOOL_PATHS } from '../../../host/driver/local/tools.ts';
import { VolumeLocks } from '../../../host/driver/local/volume-locks.ts';

let directory: string;
const locksOf = (holder: string, waitSeconds: number) =>
  new VolumeLocks({ directory, holder, flock: TOOL_PATHS.flock, waitSeconds });

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dvdi-locks-'));
});

afterEach(() => rm(directory, { recursive: true }));

test('one at a time has a volume; who waits for too long is told who has it', async () => {
  const lock = await locksOf('agent "a\u001b[31m"', 0).take('v');
  await expect(locksOf('agent "b"', 1).take('v')).rejects.toMatchObject({
    code: 'volume-busy',
    message:
      'agent "a\\x1b[31m", or a program it started, has been at work on volume "v" for 1 s: try again; if it hangs, end it',
  });
  const other = await locksOf('agent "b"', 0).take('w');
  await other.release();
  await lock.release();
  const next = await locksOf('agent "b"', 0).take('v');
  await next.release();
});

test('who waited for the lock of a volume that was removed gets the lock of the next one', async () => {
  const lock = await locksOf('a', 0).take('v');
  const waiting = locksOf('b', 10).take('v');
  const later = locksOf('c', 10).take('v');
  await lock.end();
  const first = await Promise.race([waiting, later]);
  await expect(locksOf('d', 0).take('v')).rejects.toMatchObject({ code: 'volume-busy' });
  await first.end();
  const second = (await Promise.all([waiting, later])).find((taken) => taken !== first);
  await expect(locksOf('d', 0).take('v')).rejects.toMatchObject({ code: 'volume-busy' });
  await second?.end();
  expect(await readdir(directory)).toEqual([]);
});
