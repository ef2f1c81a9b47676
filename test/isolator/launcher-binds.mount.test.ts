import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { startTask } from '../../host/isolator/launcher.ts';
import { run } from '../../host/system/process.ts';
import { bindOf, launchOf, runTask, shell } from '../support/launch.ts';
import { guardMounts, mountLines } from '../support/mount-guard.ts';
import { startSwapAttack } from '../support/swap-attack.ts';
import { waitFor } from '../support/wait-for.ts';

const LIMITS = { timeoutMs: 30_000, outputMaxBytes: 1_048_576 };
const guard = guardMounts();

function under(path: string): string {
  return `${guard.directory}${path}`;
}

describe('the binds of a task', () => {
  test('are seen by it, and never by the machine', async () => {
    await Promise.all([mkdir(under('/source')), mkdir(under('/target'))]);
    await writeFile(under('/source/data'), 'kept');
    const before = await mountLines();
    const script = 'cat data; echo new > written; echo up; read line; echo $line';
    const task = await startTask({
      prepared: launchOf(await bindOf(under('/source'), under('/target'))),
      task: shell(`cd ${under('/target')}; ${script}`),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let stdout = '';
    task.stdout?.on('data', (chunk) => {
      stdout += chunk;
    });
    await waitFor('the task to be up', () => (stdout.endsWith('up\n') ? true : undefined));
    expect(await mountLines()).toEqual(before);
    expect(await readdir(under('/target'))).toEqual([]);
    task.stdin?.end('bye\n');
    expect(await task.wait()).toEqual({ exitCode: 0, signal: null });
    expect(stdout).toBe('keptup\nbye\n');
    expect(await readFile(under('/source/written'), 'utf8')).toBe('new\n');
  });

  test('that are read-only leave no mount below writable', async () => {
    await Promise.all([mkdir(under('/source/sub'), { recursive: true }), mkdir(under('/target'))]);
    await run('/bin/mount', ['-t', 'tmpfs', 'none', under('/source/sub')], LIMITS);
    const script = `touch ${under('/target/x')} || touch ${under('/target/sub/x')} || echo refused`;
    const prepared = launchOf(await bindOf(under('/source'), under('/target'), { readOnly: true }));
    expect((await runTask(shell(script), prepared)).stdout).toBe('refused\n');
    await run('/bin/umount', [under('/source/sub')], LIMITS);
  });

  test('may cover the source of a later one', async () => {
    for (const path of ['/a/inner', '/b', '/target']) await mkdir(under(path), { recursive: true });
    await writeFile(under('/a/inner/file'), 'a');
    await writeFile(under('/b/file'), 'b');
    const binds = [await bindOf(under('/b'), under('/a')), await bindOf(under('/a/inner'), under('/target'))];
    const { stdout } = await runTask(shell(`cat ${under('/a/file')} ${under('/target/file')}`), launchOf(...binds));
    expect(stdout).toBe('ba');
  });

  test('of an ext4 volume on a loop device', async () => {
    await Promise.all([mkdir(under('/volume')), mkdir(under('/target'))]);
    await writeFile(under('/image'), '');
    await run('/usr/bin/truncate', ['--size=8M', under('/image')], LIMITS);
    await run('/sbin/mkfs.ext4', ['-q', under('/image')], LIMITS);
    await run('/bin/mount', ['-o', 'loop', under('/image'), under('/volume')], LIMITS);
    const prepared = launchOf(await bindOf(under('/volume'), under('/target')));
    const { stdout } = await runTask(
      shell(`stat -f -c %T ${under('/target')}; echo data > ${under('/target/kept')}`),
      prepared,
    );
    expect(stdout).toBe('ext2/ext3\n');
    expect(await readFile(under('/volume/kept'), 'utf8')).toBe('data\n');
    await run('/bin/umount', [under('/volume')], LIMITS);
  });
});

describe('a bind that cannot be made', () => {
  test.each([
    ['the target is a link', '/link', 'directory-link'],
    ['the target is missing', '/none', 'directory-missing'],
    ['the target is a file', '/source/file', 'directory-other'],
  ])('fails before the task runs: %s', async (_title, target, code) => {
    await mkdir(under('/source'));
    await writeFile(under('/source/file'), '');
    await symlink('/etc', under('/link'));
    await expect(
      runTask(shell(`touch ${under('/ran')}`), launchOf(await bindOf(under('/source'), under(target)))),
    ).rejects.toMatchObject({
      name: 'LaunchError',
      code: 'launch-bind',
      cause: { code },
    });
    expect(await readdir(guard.directory)).not.toContain('ran');
  });

  test('fails when the volume is another directory by now', async () => {
    await Promise.all([mkdir(under('/source')), mkdir(under('/target'))]);
    const bind = await bindOf(under('/source'), under('/target'));
    await run('/bin/mount', ['-t', 'tmpfs', 'none', under('/source')], LIMITS);
    await expect(runTask(shell('true'), launchOf(bind))).rejects.toMatchObject({
      code: 'launch-bind',
      cause: { code: 'directory-replaced' },
    });
    await run('/bin/umount', [under('/source')], LIMITS);
  });

  test('does not follow links in a rootfs', async () => {
    await Promise.all([mkdir(under('/source')), mkdir(under('/rootfs')), mkdir(under('/outside'))]);
    await symlink(under('/outside'), under('/rootfs/data'));
    const target = { within: under('/rootfs'), path: '/data' };
    await expect(
      runTask(shell('true'), launchOf(await bindOf(under('/source'), under('/source'), { target }))),
    ).rejects.toMatchObject({
      code: 'launch-bind',
      cause: { code: 'directory-link' },
    });
  });

  test('never reaches outside while an attacker swaps the target', async () => {
    for (const path of ['/source', '/swapped/target', '/outside/target']) await mkdir(under(path), { recursive: true });
    const attack = await startSwapAttack(under('/swapped'), under('/outside'));
    const outcomes = { ran: 0, refused: 0 };
    // Which of the two a round ends in is up to the scheduler: 25 rounds at least, more until both have been seen.
    const deadline = Date.now() + 80_000;
    const isOver = (round: number) =>
      round >= 25 && (Date.now() > deadline || (outcomes.ran > 0 && outcomes.refused > 0));
    try {
      for (let round = 0; !isOver(round); round += 1) {
        await runTask(
          shell(`grep ' ${under('/outside')}' /proc/self/mountinfo`),
          launchOf(await bindOf(under('/source'), under('/swapped/target'))),
        ).then(
          ({ exit, stdout }) => {
            expect(stdout).toBe('');
            expect(exit.exitCode).toBe(1);
            outcomes.ran += 1;
          },
          (error) => {
            expect(error).toMatchObject({ code: 'launch-bind' });
            outcomes.refused += 1;
          },
        );
      }
    } finally {
      await attack.stop();
    }
    expect(outcomes.ran).toBeGreaterThan(0);
    expect(outcomes.refused).toBeGreaterThan(0);
  }, 120_000);
});

describe('propagation', () => {
  test('what the machine mounts later reaches the task, and never the other way round', async () => {
    await Promise.all([mkdir(under('/shared')), mkdir(under('/source')), mkdir(under('/target'))]);
    await run('/bin/mount', ['-t', 'tmpfs', 'none', under('/shared')], LIMITS);
    await run('/bin/mount', ['--make-shared', under('/shared')], LIMITS);
    await Promise.all([mkdir(under('/shared/later')), mkdir(under('/shared/own'))]);
    const before = await mountLines();
    const script = [
      `mount -t tmpfs own ${under('/shared/own')}`,
      'echo up',
      'read line',
      `grep -c '${under('/shared/later')}' /proc/self/mountinfo`,
    ].join('; ');
    const task = await startTask({
      prepared: launchOf(await bindOf(under('/source'), under('/target'))),
      task: shell(script),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let stdout = '';
    task.stdout?.on('data', (chunk) => {
      stdout += chunk;
    });
    await waitFor('the task to be up', () => (stdout === 'up\n' ? true : undefined));
    expect(await mountLines()).toEqual(before);
    await run('/bin/mount', ['-t', 'tmpfs', 'none', under('/shared/later')], LIMITS);
    task.stdin?.end('go\n');
    await task.wait();
    expect(stdout).toBe('up\n1\n');
    await run('/bin/umount', ['--recursive', under('/shared')], LIMITS);
  });
});
