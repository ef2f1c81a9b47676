import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startTask } from '../../host/isolator/launcher.ts';
import { run } from '../../host/system/process.ts';
import { bindOf, isGone, launchOf, NO_BINDS, runTask, shell } from '../support/launch.ts';
import { guardMounts } from '../support/mount-guard.ts';

const LIMITS = { timeoutMs: 30_000, outputMaxBytes: 65_536 };
const LISTING = { ...shell(''), shell: false, value: '/bin/ls', arguments: ['ls', '/proc/self/fd'] };
const guard = guardMounts();

function under(path: string): string {
  return `${guard.directory}${path}`;
}

/** A bind of a fresh tmpfs, the volume of a driver that unmounts it as soon as the task is over. */
async function prepareVolume() {
  await Promise.all([mkdir(under('/source')), mkdir(under('/target'))]);
  await run('/bin/mount', ['-t', 'tmpfs', 'none', under('/source')], LIMITS);
  return launchOf(await bindOf(under('/source'), under('/target')));
}

async function releaseVolume(): Promise<void> {
  await run('/bin/umount', [under('/source')], LIMITS);
}

describe('a task that looks for what it was not given', () => {
  test('finds 0, 1, 2 and the fd of its own listing', async () => {
    await Promise.all([mkdir(under('/source')), mkdir(under('/target'))]);
    const bound = launchOf(await bindOf(under('/source'), under('/target')));
    expect((await runTask(LISTING)).stdout).toBe('0\n1\n2\n3\n');
    expect((await runTask({ ...LISTING, user: 'nobody' }, bound)).stdout).toBe('0\n1\n2\n3\n');
    expect((await runTask({ ...LISTING, rootfs: '/' }, bound)).stdout).toBe('0\n1\n2\n3\n');
  });

  test('finds no fd that whoever started us has left open, however high', async () => {
    const script = join(import.meta.dirname, '../support/launch-child.ts');
    const options = { prepared: { launch: NO_BINDS }, task: LISTING, stdio: ['ignore', 'inherit', 'inherit'] };
    const secret = openSync('/etc/shadow', 'r');
    try {
      const left = Array.from({ length: 98 }, (_, fd) => ([5, 40, 97].includes(fd) ? secret : 'ignore')).slice(3);
      const child = spawn(process.execPath, ['--no-warnings', script, JSON.stringify(options)], {
        stdio: ['ignore', 'pipe', 'inherit', ...left],
      });
      const lines = (await text(child.stdout as NonNullable<typeof child.stdout>)).trim().split('\n');
      // The child tells the task's process id as well.
      expect(lines.filter((line) => Number(line) < 98)).toEqual(['0', '1', '2', '3']);
    } finally {
      closeSync(secret);
    }
  });

  test('cannot look into its launcher, though that runs as the same user', async () => {
    const script = 'for name in fd environ mem; do cat /proc/$PPID/$name/* /proc/$PPID/$name && echo seen; done; true';
    const { stdout } = await runTask(shell(script, { user: 'nobody' }));
    expect(stdout).toBe('');
  });
});

/** Starts a process in a session of its own, and writes its id into a file. */
function hidingProcess(): string {
  const file = under('/pid');
  return `setsid sh -c 'echo $$ > ${file}; exec sleep 600' & while ! [ -s ${file} ]; do :; done`;
}

describe('a task that wants to outlive its end', () => {
  test('by a session of its own: it is found by its mount namespace, and the volume is free', async () => {
    const prepared = await prepareVolume();
    const { exit } = await runTask(shell(hidingProcess()), prepared);
    expect(exit.exitCode).toBe(0);
    // Nothing of it is left when the end of the task is told, not only some time later.
    expect(await mountsOf(under('/target'))).toEqual([]);
    expect(await isGone(Number(await readFile(under('/pid'), 'utf8')))).toBe(true);
    await releaseVolume();
  });

  test('by killing its launcher and going on in a session of its own', async () => {
    const prepared = await prepareVolume();
    await expect(runTask(shell(`${hidingProcess()}; kill -KILL $PPID; sleep 600`), prepared)).rejects.toMatchObject({
      code: 'launch-lost',
    });
    expect(await mountsOf(under('/target'))).toEqual([]);
    expect(await isGone(Number(await readFile(under('/pid'), 'utf8')))).toBe(true);
    await releaseVolume();
  });

  test('by stopping its launcher: it is ended all the same', async () => {
    const prepared = await prepareVolume();
    const script = 'read line; kill -STOP $PPID; echo stopped; while kill -STOP $PPID; do :; done';
    const task = await startTask({ prepared, task: shell(script), stdio: ['pipe', 'pipe', 'ignore'] });
    task.stdin?.write('\n');
    if (task.stdout !== null) await once(task.stdout, 'data');
    task.kill('SIGKILL');
    expect(await task.wait()).toEqual({ exitCode: null, signal: 'SIGKILL' });
    expect(await mountsOf(under('/target'))).toEqual([]);
    await releaseVolume();
  });
});

/** Process ids that see a mount at a path. */
async function mountsOf(path: string): Promise<string[]> {
  const { stdout } = await run('/bin/sh', ['-c', `grep -ls ' ${path} ' /proc/[0-9]*/mountinfo || true`], LIMITS);
  return stdout.toString().split('\n').filter(Boolean);
}
