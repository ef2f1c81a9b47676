import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TOOL_PATHS } from '../../../host/driver/local/tools.ts';
import { run } from '../../../host/system/process.ts';
import { AgentPair } from '../../support/agent-pair.ts';
import { guardMounts } from '../../support/mount-guard.ts';
import { viewVolume } from '../../support/volume-view.ts';

const LIMITS = { timeoutMs: 30_000, outputMaxBytes: 65_536 };
const HOLDER = /agent "first" \(pid \d+ on host ".+"\) since \d{4}-\d\d-\d\dT/;

// Before the guard's own, which looks at what is left.
const agents = new AgentPair(() => guard.directory);
afterEach(() => agents.end());
const guard = guardMounts();

const view = () => viewVolume(agents.volume('v'));

async function writeSynced(file: string, text: string): Promise<void> {
  await writeFile(file, text, { flush: true });
}

/** What it takes for nobody to write to the volume but the one mount there may be. */
async function expectSole(mountpoint: string): Promise<void> {
  const { mountpoints, devices } = await view();
  expect(mountpoints).toEqual([mountpoint]);
  expect(devices).toHaveLength(1);
}

describe.each(['ext4', 'xfs'])('a volume with %s that the first agent has mounted', (newfstype) => {
  /** Both agents, the volume mounted by the first. */
  async function startBoth(preempt: boolean) {
    const first = await agents.start('first');
    const second = await agents.start('second', { preempt });
    await first.caller.create('v', { size: '1', newfstype });
    const { Mountpoint, Err } = await first.caller.mount('v', 'a');
    expect(Err).toBe('');
    return { first, second, data: Mountpoint as string };
  }

  test('is refused to the second, naming the holder, until the first lets it go', async () => {
    const { first, second, data } = await startBoth(false);
    await writeFile(join(data, 'file'), 'kept');
    const refusal = expect.stringMatching(HOLDER);
    expect(await second.caller.mount('v', 'b')).toEqual({ Err: refusal });
    expect((await second.caller.mount('v', 'b')).Err).toMatch(
      /^volume "v" is held by .*: unmount it there, or .*--preempt/,
    );
    expect(await second.caller.remove('v')).toEqual({ Err: refusal });
    expect(await second.caller.create('v', { overwritefs: 'true' })).toEqual({ Err: refusal });
    expect(await second.caller.create('v', { size: '1', newfstype })).toEqual({ Err: '' });
    expect(await second.caller.unmount('v', 'b')).toEqual({ Err: '' });
    expect(await second.caller.path('v')).toEqual({ Mountpoint: '', Err: '' });
    expect((await second.caller.list()).Volumes).toEqual([{ Name: 'v', Mountpoint: '' }]);
    expect((await second.caller.get('v')).Volume).toMatchObject({
      Mountpoint: '',
      Status: { mountedFor: [], heldBy: { agent: 'first', pid: first.pid } },
    });
    await expectSole(agents.volume('v', 'mount-first'));
    expect((await first.caller.get('v')).Volume.Status.mountedFor).toEqual(['a']);

    expect(await first.caller.unmount('v', 'a')).toEqual({ Err: '' });
    const mounted = await second.caller.mount('v', 'b');
    expect(mounted).toEqual({ Mountpoint: agents.volume('v', 'mount-second', 'data'), Err: '' });
    expect(await readFile(join(mounted.Mountpoint, 'file'), 'utf8')).toBe('kept');
    expect(await second.caller.unmount('v', 'b')).toEqual({ Err: '' });
    expect(await first.caller.remove('v')).toEqual({ Err: '' });
  });

  test('is taken by a second that preempts: the first knows, says so, and does no harm', async () => {
    const { first, second, data } = await startBoth(true);
    // Never synced: an unmount that nobody stands in the way of loses nothing.
    await writeFile(join(data, 'file'), 'kept');
    const { Mountpoint, Err } = await second.caller.mount('v', 'b');
    expect(Err).toBe('');
    expect(await readFile(join(Mountpoint, 'file'), 'utf8')).toBe('kept');
    await expectSole(agents.volume('v', 'mount-second'));
    await first.logged(/^volume "v" was taken by agent "second" \(pid \d+ on host .* is not mounted here any more/);
    await second.logged(/^volume "v" was taken from agent "first" \(.*: unmounted$/);

    expect(await first.caller.path('v')).toEqual({ Mountpoint: '', Err: '' });
    expect((await first.caller.list()).Volumes).toEqual([{ Name: 'v', Mountpoint: '' }]);
    expect((await first.caller.get('v')).Volume).toMatchObject({
      Mountpoint: '',
      Status: { mountedFor: [], heldBy: { agent: 'second', pid: second.pid } },
    });
    expect(await first.caller.unmount('v', 'a')).toEqual({ Err: '' });
    expect(await first.caller.unmount('v', 'b')).toEqual({ Err: '' });
    expect((await first.caller.mount('v', 'a')).Err).toMatch(/is held by agent "second"/);
    expect((await first.caller.remove('v')).Err).toMatch(/is held by agent "second"/);
    expect((await second.caller.get('v')).Volume.Status.mountedFor).toEqual(['b']);
    await expectSole(agents.volume('v', 'mount-second'));
    expect(await readdir(data).catch((error) => error.code)).toBe('ENOENT');
    expect(await second.caller.unmount('v', 'b')).toEqual({ Err: '' });
  });

  test('and writes to is taken all the same: what was synced is there, nothing comes after', async () => {
    const { first, second, data } = await startBoth(true);
    const writer = agents.write(join(data, 'log'));
    await writer.reached(20);
    const { Mountpoint, Err } = await second.caller.mount('v', 'b');
    expect(Err).toBe('');
    expect(await writer.failure).toBe('EIO');
    const lines = (await readFile(join(Mountpoint, 'log'), 'utf8')).trimEnd().split('\n').map(Number);
    expect(lines.slice(0, writer.synced)).toEqual(Array.from({ length: writer.synced }, (_, index) => index + 1));
    // The task still has its file open. It holds a file that is no volume's any more.
    await expectSole(agents.volume('v', 'mount-second'));
    expect((await view()).cutOff).toHaveLength(1);
    await second.logged(/shut down and cut off; its tasks hold what is left of it \(\/dev\/loop\d+\) until they end$/);
    await writeSynced(join(Mountpoint, 'second'), 'mine');

    // The last words of the old filesystem, spoken with its last file, reach nobody.
    await writer.end();
    expect(await first.caller.unmount('v', 'a')).toEqual({ Err: '' });
    expect(await second.caller.unmount('v', 'b')).toEqual({ Err: '' });
    const again = await first.caller.mount('v', 'a');
    expect(again.Err).toBe('');
    expect(await readFile(join(again.Mountpoint, 'second'), 'utf8')).toBe('mine');
    await first.caller.unmount('v', 'a');
    const check = newfstype === 'ext4' ? ['/usr/sbin/fsck.ext4', '-fn'] : ['/usr/sbin/xfs_repair', '-nf'];
    await run(check[0] as string, [check[1] as string, agents.volume('v', 'image')], LIMITS);
  });

  test('and whose server is stopped is taken; when it goes on it knows', async () => {
    const { first, second, data } = await startBoth(true);
    const writer = agents.write(join(data, 'log'));
    await writer.reached(5);
    first.signal('SIGSTOP');
    const { Mountpoint, Err } = await second.caller.mount('v', 'b');
    expect(Err).toBe('');
    expect(await writer.failure).toBe('EIO');
    await expectSole(agents.volume('v', 'mount-second'));
    expect((await readFile(join(Mountpoint, 'log'), 'utf8')).startsWith('1\n2\n3\n4\n5\n')).toBe(true);
    first.signal('SIGCONT');
    await first.logged(/^volume "v" was taken by agent "second"/);
    expect(await first.caller.unmount('v', 'a')).toEqual({ Err: '' });
    expect(await first.caller.path('v')).toEqual({ Mountpoint: '', Err: '' });
    await expectSole(agents.volume('v', 'mount-second'));
    expect(await second.caller.unmount('v', 'b')).toEqual({ Err: '' });
  });

  test('and whose server was killed is free when nobody uses it, also without preempt', async () => {
    const { first, second, data } = await startBoth(false);
    await writeFile(join(data, 'file'), 'kept');
    await first.kill();
    const { Mountpoint, Err } = await second.caller.mount('v', 'b');
    expect(Err).toBe('');
    expect(await readFile(join(Mountpoint, 'file'), 'utf8')).toBe('kept');
    await expectSole(agents.volume('v', 'mount-second'));
    await second.logged(/was taken from agent "first" .*: unmounted; its server has ended and nobody used it$/);

    const restarted = await agents.start('first');
    await restarted.logged(/^volume "v" was taken by agent "second"/);
    expect(await restarted.caller.unmount('v', 'a')).toEqual({ Err: '' });
    await expectSole(agents.volume('v', 'mount-second'));
    expect(await second.caller.unmount('v', 'b')).toEqual({ Err: '' });
  });

  test('and whose server was killed under a task that writes is only taken by preemption', async () => {
    const { first, second, data } = await startBoth(false);
    const writer = agents.write(join(data, 'log'));
    await writer.reached(5);
    await first.kill();
    expect((await second.caller.mount('v', 'b')).Err).toMatch(
      /is held by agent "first" .*; its server has ended, but the volume is still in use there: unmount it there, or/,
    );
    await writer.reached(writer.synced + 5);
    await second.kill();

    const third = await agents.start('second', { preempt: true });
    expect((await third.caller.mount('v', 'b')).Err).toBe('');
    expect(await writer.failure).toBe('EIO');
    await expectSole(agents.volume('v', 'mount-second'));
    expect(await third.caller.unmount('v', 'b')).toEqual({ Err: '' });
  });

  test('stays the first’s, whole, when the second has no means to fence it', async () => {
    const { first, second, data } = await startBoth(true);
    await second.kill();
    const tools = { ...TOOL_PATHS, xfsIo: join(guard.directory, 'none') };
    const helpless = await agents.start('second', { preempt: true, tools });
    const writer = agents.write(join(data, 'log'));
    await writer.reached(5);
    expect((await helpless.caller.mount('v', 'b')).Err).toMatch(
      /^the volume could not be taken from its holder: could not shut down the filesystem .*none" could not be started/,
    );
    await writer.reached(writer.synced + 5);
    await expectSole(agents.volume('v', 'mount-first'));
    await writer.end();
    expect(await first.caller.unmount('v', 'a')).toEqual({ Err: '' });
    expect((await helpless.caller.mount('v', 'b')).Err).toBe('');
    expect(await helpless.caller.unmount('v', 'b')).toEqual({ Err: '' });
  });
});
