import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { run } from '../../../host/system/process.ts';
import { AgentPair } from '../../support/agent-pair.ts';
import type { AgentProcess } from '../../support/agent-process.ts';
import { guardMounts } from '../../support/mount-guard.ts';
import { viewVolume } from '../../support/volume-view.ts';

jest.setTimeout(180_000);

const LIMITS = { timeoutMs: 30_000, outputMaxBytes: 65_536 };
const CHECKS: Readonly<Record<string, readonly [string, string]>> = {
  ext4: ['/usr/sbin/fsck.ext4', '-fn'],
  xfs: ['/usr/sbin/xfs_repair', '-nf'],
};

const agents = new AgentPair(() => guard.directory);
afterEach(() => agents.end());
const guard = guardMounts();

const view = () => viewVolume(agents.volume('v'));

async function checkFilesystem(newfstype: string): Promise<void> {
  const [executable, flags] = CHECKS[newfstype] as [string, string];
  await run(executable, [flags, agents.volume('v', 'image')], LIMITS);
}

/**
 * Looks at the kernel again and again while `work` runs. What is read in several pieces may mix two moments, so that
 * only what a second look confirms counts: a volume that is mounted twice stays so until somebody unmounts it.
 *
 * @returns how often it looked
 */
async function whileWatched(work: Promise<unknown>): Promise<number> {
  let isOver = false;
  const done = work.finally(() => {
    isOver = true;
  });
  const isDouble = async () => {
    const { mountpoints, devices } = await view();
    return mountpoints.length > 1 || devices.length > 1;
  };
  let looks = 0;
  while (!isOver) {
    if ((await isDouble()) && (await isDouble())) throw new Error(`mounted twice: ${JSON.stringify(await view())}`);
    looks += 1;
  }
  await done;
  return looks;
}

/** Mounts and unmounts until it has had the volume so many times. @returns how often it was refused */
async function mountInTurns(agent: AgentProcess, name: string, times: number): Promise<number> {
  let refused = 0;
  for (let had = 0; had < times; ) {
    const { Mountpoint, Err } = await agent.caller.mount('v', name);
    if (Err !== '') {
      expect(Err).toMatch(/^volume "v" is held by agent /);
      refused += 1;
      continue;
    }
    expect((await view()).mountpoints).toEqual([agents.volume('v', `mount-${name}`)]);
    await writeFile(join(Mountpoint, `${name}-${had}`), name, { flush: true });
    expect(await agent.caller.unmount('v', name)).toEqual({ Err: '' });
    had += 1;
  }
  return refused;
}

/** Mounts, writes and unmounts; the other may take the volume away at any time. @returns how often a write failed */
async function preemptInTurns(agent: AgentProcess, name: string, times: number): Promise<number> {
  let cut = 0;
  for (let round = 0; round < times; round += 1) {
    const { Mountpoint, Err } = await agent.caller.mount('v', name);
    expect(Err).toBe('');
    try {
      await writeFile(join(Mountpoint, `${name}-${round % 10}`), `${round}`, { flush: true });
    } catch (error) {
      expect(['EIO', 'ENOENT', 'EROFS']).toContain((error as NodeJS.ErrnoException).code);
      cut += 1;
    }
    expect(await agent.caller.unmount('v', name)).toEqual({ Err: '' });
  }
  return cut;
}

describe.each(['ext4', 'xfs'])('two agents that loop over one volume with %s', (newfstype) => {
  test('never have it at the same time', async () => {
    const first = await agents.start('first');
    const second = await agents.start('second');
    await first.caller.create('v', { size: '1', newfstype });
    const work = Promise.all([mountInTurns(first, 'first', 60), mountInTurns(second, 'second', 60)]);
    expect(await whileWatched(work)).toBeGreaterThan(100);
    const { Mountpoint } = await first.caller.mount('v', 'first');
    // All that either of them wrote is there.
    const files = (await readdir(Mountpoint)).sort();
    expect(files).toHaveLength(120);
    await first.caller.unmount('v', 'first');
    await checkFilesystem(newfstype);
  });

  test('never have it writable at the same time, though each takes it from the other', async () => {
    const first = await agents.start('first', { preempt: true });
    const second = await agents.start('second', { preempt: true });
    await first.caller.create('v', { size: '1', newfstype });
    const work = Promise.all([preemptInTurns(first, 'first', 100), preemptInTurns(second, 'second', 100)]);
    expect(await whileWatched(work)).toBeGreaterThan(100);
    const { Err } = await first.caller.mount('v', 'first');
    expect(Err).toBe('');
    await first.caller.unmount('v', 'first');
    await checkFilesystem(newfstype);
    expect(await readdir(join(guard.directory, 'store', 'rexray', 'scratch'))).toEqual([]);
  });
});

test('Create, Get, List and Remove of the same volumes by both at once', async () => {
  const both = [await agents.start('first'), await agents.start('second')];
  const names = ['v', 'w', 'x'];
  const missing = /^no volume ".+" in driver "rexray"$/;
  const work = both.map(async ({ caller }, index) => {
    for (let round = 0; round < 40; round += 1) {
      const name = names[(round + index) % names.length] as string;
      expect((await caller.create(name, { size: '1' })).Err).toBe('');
      const { Err, Volume } = await caller.get(name);
      if (Err === '') expect(Volume).toMatchObject({ Name: name, Mountpoint: '', Status: { size: 1 } });
      else expect(Err).toMatch(missing);
      expect((await caller.list()).Err).toBe('');
      const removed = (await caller.remove(name)).Err;
      if (removed !== '') expect(removed).toMatch(missing);
    }
  });
  await Promise.all(work);
  const [first, second] = both as [AgentProcess, AgentProcess];
  expect(await first.caller.create('v', { size: '1' })).toEqual({ Err: '' });
  const left = await first.caller.list();
  expect(await second.caller.list()).toEqual(left);
  const listed = left.Volumes.map(({ Name }: { Name: string }) => Name);
  for (const [folder, entries] of [
    ['volumes', listed],
    ['locks', listed],
    ['scratch', []],
  ] as const) {
    expect((await readdir(join(guard.directory, 'store', 'rexray', folder))).sort()).toEqual(entries);
  }
});

test('a volume that is a plain directory is never taken, and free when it is unmounted', async () => {
  const first = await agents.start('first', { backing: 'directory' });
  const second = await agents.start('second', { backing: 'directory', preempt: true });
  await first.caller.create('v');
  await first.caller.mount('v', 'a');
  const text = /^the volume is a plain directory, which cannot be taken from who uses it: unmount it there first$/;
  expect((await second.caller.mount('v', 'b')).Err).toMatch(text);
  await first.kill();
  expect((await second.caller.mount('v', 'b')).Err).toMatch(text);
  expect((await second.caller.unmount('v', 'a')).Err).toBe('');
  const again = await agents.start('first', { backing: 'directory' });
  expect((await again.caller.get('v')).Volume.Status.mountedFor).toEqual(['a']);
  expect(await again.caller.unmount('v', 'a')).toEqual({ Err: '' });
  expect((await second.caller.mount('v', 'b')).Err).toBe('');
  expect(await second.caller.unmount('v', 'b')).toEqual({ Err: '' });
});

test('two servers cannot have one agent’s name; a name must fit into a path', async () => {
  const first = await agents.start('first');
  await expect(agents.start('first')).rejects.toThrow(
    new RegExp(`another process serves this store for agent "first" \\(pid ${first.pid} on host .*--agent`),
  );
  await expect(agents.start('../first')).rejects.toThrow(
    /expected an agent name of 1 to 64 letters, .*got "..\/first"/,
  );
});
