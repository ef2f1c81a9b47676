import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { TOOL_PATHS, type ToolPaths } from '../../../host/driver/local/tools.ts';
import { AgentPair } from '../../support/agent-pair.ts';
import type { AgentProcess } from '../../support/agent-process.ts';
import { guardMounts } from '../../support/mount-guard.ts';
import { holdMounts } from '../../support/namespace-holder.ts';
import { writeScript } from '../../support/script-file.ts';
import { viewVolume } from '../../support/volume-view.ts';
import { waitFor } from '../../support/wait-for.ts';

jest.setTimeout(60_000);

const agents = new AgentPair(() => guard.directory);
const orphans: number[] = [];

// Before the guard's own, which looks at what is left. What a killed server was running outlives it.
afterEach(async () => {
  for (const pid of orphans.splice(0)) process.kill(pid, 'SIGKILL');
  await agents.end();
});
const guard = guardMounts();

const pathOf = (...names: string[]) => join(guard.directory, ...names);
const view = () => viewVolume(agents.volume('v'));

/** A program that does what `lines` say, notes its pid, and stays until the test ends it; it keeps no lock. */
function writeStayingScript(name: string, lines: readonly string[]) {
  return writeScript(pathOf(name), [...lines, `echo $$ > ${pathOf('pid')}`, 'exec /usr/bin/sleep 600 3>&-']);
}

/** Kills an agent once the program that its request has come to stays. */
async function killInside(agent: AgentProcess, request: Promise<unknown>): Promise<void> {
  const lost = expect(request).rejects.toThrow(/socket hang up|ECONNRESET/);
  const pid = await waitFor('the script to be there', async () => {
    const text = await readFile(pathOf('pid'), 'utf8').catch(() => '');
    return text.endsWith('\n') ? Number(text) : undefined;
  });
  orphans.push(pid);
  await agent.kill();
  await lost;
}

async function startWithBusyVolume(newfstype: string) {
  const first = await agents.start('first');
  await first.caller.create('v', { size: '1', newfstype });
  const { Mountpoint } = await first.caller.mount('v', 'a');
  await writeFile(join(Mountpoint, 'file'), 'kept', { flush: true });
  const writer = agents.write(join(Mountpoint, 'log'));
  await writer.reached(5);
  return { first, writer };
}

const moments: readonly [string, keyof ToolPaths, string[]][] = [
  ['before the filesystem is shut down', 'xfsIo', []],
  ['after the filesystem is shut down', 'xfsIo', [`${TOOL_PATHS.xfsIo} "$@"`]],
  ['after the mount is detached', 'blockdev', []],
  ['before the image is copied', 'cp', []],
  ['after the image is copied', 'cp', [`${TOOL_PATHS.cp} "$@"`]],
  ['before the second mounts', 'mount', []],
];

describe.each(['ext4', 'xfs'])('a fence of %s that is killed', (newfstype) => {
  test.each(moments)('%s is finished by the next try', async (_moment, tool, lines) => {
    const { first, writer } = await startWithBusyVolume(newfstype);
    const script = await writeStayingScript(tool, lines);
    const second = await agents.start('second', { preempt: true, tools: { ...TOOL_PATHS, [tool]: script } });
    await killInside(second, second.caller.mount('v', 'b'));
    expect((await view()).mountpoints.length).toBeLessThanOrEqual(1);

    const again = await agents.start('second', { preempt: true });
    const { Mountpoint, Err } = await again.caller.mount('v', 'b');
    expect(Err).toBe('');
    expect(await writer.failure).toBe('EIO');
    expect(await readFile(join(Mountpoint, 'file'), 'utf8')).toBe('kept');
    expect(await view()).toMatchObject({
      mountpoints: [agents.volume('v', 'mount-second')],
      devices: [expect.any(String)],
      cutOff: [expect.any(String)],
    });
    expect(await readdir(pathOf('store', 'rexray', 'scratch'))).toEqual([]);
    expect(await first.caller.unmount('v', 'a')).toEqual({ Err: '' });
    expect(await again.caller.unmount('v', 'b')).toEqual({ Err: '' });
  });

  test('half done leaves the first a volume that it refuses to hand out, until nobody uses it', async () => {
    const { first, writer } = await startWithBusyVolume(newfstype);
    const xfsIo = await writeStayingScript('xfs_io', [`${TOOL_PATHS.xfsIo} "$@"`]);
    const second = await agents.start('second', { preempt: true, tools: { ...TOOL_PATHS, xfsIo } });
    await killInside(second, second.caller.mount('v', 'b'));
    expect((await first.caller.mount('v', 'c')).Err).toMatch(
      /was shut down while another agent took the volume, and it/,
    );
    await writer.end();
    expect(await first.caller.unmount('v', 'a')).toEqual({ Err: '' });
    const { Mountpoint, Err } = await first.caller.mount('v', 'c');
    expect(Err).toBe('');
    expect(await readFile(join(Mountpoint, 'file'), 'utf8')).toBe('kept');
    expect(await first.caller.unmount('v', 'c')).toEqual({ Err: '' });
  });

  test('is not needed to reach a mount that only a container’s namespace has', async () => {
    const first = await agents.start('first');
    const second = await agents.start('second', { preempt: true });
    await first.caller.create('v', { size: '1', newfstype });
    const { Mountpoint } = await first.caller.mount('v', 'a');
    await writeFile(join(Mountpoint, 'file'), 'kept', { flush: true });
    const container = await holdMounts(pathOf('held'));
    try {
      // The first agent is done with it, its container is not.
      expect(await first.caller.unmount('v', 'a')).toEqual({ Err: '' });
      expect(await view()).toMatchObject({ mountpoints: [], devices: [expect.any(String)] });
      const inside = `/proc/${container.pid}/root${Mountpoint}/more`;
      await writeFile(inside, 'written there', { flush: true });

      const mounted = await second.caller.mount('v', 'b');
      expect(mounted.Err).toBe('');
      expect(await readFile(join(mounted.Mountpoint, 'more'), 'utf8')).toBe('written there');
      expect(await view()).toMatchObject({ devices: [expect.any(String)], cutOff: [expect.any(String)] });
      expect(await writeFile(inside, 'more').catch((error) => error.code)).toBe('EIO');
      expect(await readdir(pathOf('store', 'rexray', 'scratch'))).toEqual([]);
    } finally {
      await container.end();
    }
    expect(await second.caller.unmount('v', 'b')).toEqual({ Err: '' });
  });
});
