import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, copyFile, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import type { Task } from '../../host/core/documents.ts';
import { checkMountpoint } from '../../host/driver/mountpoint.ts';
import type { PreparedBind, PreparedLaunch } from '../../host/isolator/launch-spec.ts';
import { startTask, type TaskHandle } from '../../host/isolator/launcher.ts';
import type { TaskExit } from '../../host/isolator/launcher-task.ts';
import { run } from '../../host/system/process.ts';
import { guardMounts, mountLines } from '../support/mount-guard.ts';
import { startSwapAttack } from '../support/swap-attack.ts';
import { waitFor } from '../support/wait-for.ts';

const LIMITS = { timeoutMs: 30_000, outputMaxBytes: 1_048_576 };
const guard = guardMounts();

function under(path: string): string {
  return `${guard.directory}${path}`;
}

const NO_BINDS: PreparedLaunch = { newMountNamespace: false, propagation: 'slave', binds: [], commands: [] };

async function bindOf(source: string, target: string, fields: Partial<PreparedBind> = {}): Promise<PreparedBind> {
  const { path, identity } = await checkMountpoint(under(source), []);
  return {
    source: { path, identity },
    target: { within: null, path: under(target) },
    recursive: true,
    readOnly: false,
    ...fields,
  };
}

function launchOf(...binds: PreparedBind[]): { launch: PreparedLaunch } {
  return { launch: { ...NO_BINDS, newMountNamespace: true, binds } };
}

function shell(value: string, fields: Partial<Task> = {}): Task {
  const task = { shell: true, value, arguments: [], user: null, environment: [], directory: null, rootfs: null };
  return { ...task, ...fields };
}

async function outputOf(task: TaskHandle): Promise<{ exit: TaskExit; stdout: string; stderr: string }> {
  const texts = { stdout: '', stderr: '' };
  task.stdout?.on('data', (chunk) => (texts.stdout += chunk));
  task.stderr?.on('data', (chunk) => (texts.stderr += chunk));
  return { exit: await task.wait(), ...texts };
}

async function runTask(task: Task, prepared: { launch: PreparedLaunch } = { launch: NO_BINDS }) {
  return outputOf(await startTask({ prepared, task, stdio: ['ignore', 'pipe', 'pipe'] }));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return true;
}

async function isGone(pid: number): Promise<boolean> {
  return waitFor(`the process ${pid} to end`, async () => {
    const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z');
    return !isAlive(pid) || / Z/.test(state.slice(state.lastIndexOf(')'))) ? true : undefined;
  });
}

describe('the binds of a task', () => {
  test('are seen by it, and never by the machine', async () => {
    await Promise.all([mkdir(under('/source')), mkdir(under('/target'))]);
    await writeFile(under('/source/data'), 'kept');
    const before = await mountLines();
    const script = `cat ${under('/target/data')}; echo new > ${under('/target/written')}; echo up; read line; echo $line`;
    const task = await startTask({
      prepared: launchOf(await bindOf('/source', '/target')),
      task: shell(script),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let stdout = '';
    task.stdout?.on('data', (chunk) => (stdout += chunk));
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
    const prepared = launchOf(await bindOf('/source', '/target', { readOnly: true }));
    expect((await runTask(shell(script), prepared)).stdout).toBe('refused\n');
    await run('/bin/umount', [under('/source/sub')], LIMITS);
  });

  test('may cover the source of a later one', async () => {
    for (const path of ['/a/inner', '/b', '/target']) await mkdir(under(path), { recursive: true });
    await writeFile(under('/a/inner/file'), 'a');
    await writeFile(under('/b/file'), 'b');
    const binds = [await bindOf('/b', '/a'), await bindOf('/a/inner', '/target')];
    const { stdout } = await runTask(shell(`cat ${under('/a/file')} ${under('/target/file')}`), launchOf(...binds));
    expect(stdout).toBe('ba');
  });

  test('of an ext4 volume on a loop device', async () => {
    await Promise.all([mkdir(under('/volume')), mkdir(under('/target'))]);
    await writeFile(under('/image'), '');
    await run('/usr/bin/truncate', ['--size=8M', under('/image')], LIMITS);
    await run('/sbin/mkfs.ext4', ['-q', under('/image')], LIMITS);
    await run('/bin/mount', ['-o', 'loop', under('/image'), under('/volume')], LIMITS);
    const prepared = launchOf(await bindOf('/volume', '/target'));
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
      runTask(shell(`touch ${under('/ran')}`), launchOf(await bindOf('/source', target))),
    ).rejects.toMatchObject({
      name: 'LaunchError',
      code: 'launch-bind',
      cause: { code },
    });
    expect(await readdir(guard.directory)).not.toContain('ran');
  });

  test('fails when the volume is another directory by now', async () => {
    await Promise.all([mkdir(under('/source')), mkdir(under('/target'))]);
    const bind = await bindOf('/source', '/target');
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
      runTask(shell('true'), launchOf(await bindOf('/source', '/source', { target }))),
    ).rejects.toMatchObject({
      code: 'launch-bind',
      cause: { code: 'directory-link' },
    });
  });

  test('never reaches outside while an attacker swaps the target', async () => {
    for (const path of ['/source', '/swapped/target', '/outside/target']) await mkdir(under(path), { recursive: true });
    const attack = await startSwapAttack(under('/swapped'), under('/outside'));
    const outcomes = { ran: 0, refused: 0 };
    try {
      for (let round = 0; round < 25; round += 1) {
        await runTask(
          shell(`grep ' ${under('/outside')}' /proc/self/mountinfo`),
          launchOf(await bindOf('/source', '/swapped/target')),
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
  }, 60_000);
});

describe('the task itself', () => {
  test('a file with its own argv, looked up in its own PATH, never by a shell', async () => {
    const task = { ...shell(''), shell: false, value: 'printf', arguments: ['anything', '%s|', '$(id)', '; id', ''] };
    expect((await runTask(task)).stdout).toBe('$(id)|; id||');
    const argv0 = { ...shell(''), shell: false, value: '/bin/sh', arguments: ['my-name', '-c', 'echo $0'] };
    expect((await runTask(argv0)).stdout).toBe('my-name\n');
  });

  test.each([
    ['a file that is missing', { shell: false, value: '/none', arguments: ['/none'] }, 'launch-task', 'ENOENT'],
    ['a directory that is missing', { directory: '/none' }, 'launch-task', 'directory-missing'],
    ['a rootfs that is missing', { rootfs: '/none' }, 'launch-task', 'directory-missing'],
  ])('%s is a typed error', async (_title, fields, code, cause) => {
    await expect(runTask(shell('true', fields))).rejects.toMatchObject({
      name: 'LaunchError',
      code,
      cause: { code: cause },
    });
  });

  test('has its own variables and a PATH, and nothing of ours', async () => {
    process.env.DVDI_TEST_LEAK = 'leaked';
    try {
      const environment = [
        { name: 'A', value: '1 2' },
        { name: 'SECRET', value: null },
      ];
      const task = { ...shell('', { environment }), shell: false, value: '/usr/bin/env', arguments: ['env'] };
      expect((await runTask(task)).stdout.trim().split('\n').toSorted()).toEqual([
        'A=1 2',
        'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      ]);
      const path = { ...task, environment: [{ name: 'PATH', value: '/bin' }] };
      expect((await runTask(path)).stdout).toBe('PATH=/bin\n');
    } finally {
      delete process.env.DVDI_TEST_LEAK;
    }
  });

  test('inherits no fd of ours', async () => {
    const { stdout } = await runTask(
      shell('for fd in 3 4 5 6 7 8 9; do [ -e /proc/$$/fd/$fd ] && echo $fd; done; true'),
    );
    expect(stdout).toBe('');
  });

  test('works in its directory', async () => {
    await mkdir(under('/sandbox'));
    expect((await runTask(shell('pwd', { directory: under('/sandbox') }))).stdout).toBe(`${under('/sandbox')}\n`);
  });

  test('its exit code and the signal that ended it are its own', async () => {
    expect((await runTask(shell('exit 7'))).exit).toEqual({ exitCode: 7, signal: null });
    expect((await runTask(shell('kill -ABRT $$'))).exit).toEqual({ exitCode: null, signal: 'SIGABRT' });
  });

  test("runs as its user, with that user's groups and no way back", async () => {
    await chmod(guard.directory, 0o755);
    const id = 'id -un; id -gn; id -Gn; grep -E "^(CapEff|CapPrm|Groups)" /proc/self/status';
    const { stdout } = await runTask(shell(id, { user: 'nobody' }));
    expect(stdout).toMatch(/^nobody\nnogroup\nnogroup\nGroups:\t65534 \nCapPrm:\t0{16}\nCapEff:\t0{16}\n$/);
    expect((await runTask(shell('id -u', { user: '65534' }))).stdout).toBe('65534\n');
    await expect(runTask(shell('id', { user: 'no-such-user' }))).rejects.toMatchObject({ code: 'user-unknown' });
  });

  test('its loader variables are never heard by anything of root', async () => {
    const environment = [{ name: 'LD_DEBUG', value: 'files' }];
    const { stderr } = await runTask(shell('true', { environment, user: 'nobody' }));
    expect(stderr).not.toContain('unshare');
    expect(stderr).toContain('/bin/sh');
    await expect(runTask(shell('true', { environment, rootfs: '/' }))).rejects.toMatchObject({
      code: 'launch-environment',
    });
  });
});

describe('a rootfs', () => {
  /** A root with nothing but a shell, its libraries and what the test puts there. */
  async function makeRootfs(): Promise<void> {
    const { stdout } = await run('/usr/bin/ldd', ['/bin/sh'], LIMITS);
    const libraries = [...stdout.toString().matchAll(/\/\S+/g)].map(([path]) => path);
    for (const path of ['/bin/sh', ...libraries]) {
      await mkdir(under(`/rootfs${path.slice(0, path.lastIndexOf('/'))}`), { recursive: true });
      await copyFile(path, under(`/rootfs${path}`));
    }
    await mkdir(under('/rootfs/data'));
    await mkdir(under('/rootfs/work'));
  }

  test('is all that the task sees, with its volumes, as its user', async () => {
    await makeRootfs();
    await mkdir(under('/source'));
    await chown(under('/source'), 65534, 65534);
    await chmod(guard.directory, 0o700);
    const target = { within: under('/rootfs'), path: '/data' };
    const prepared = launchOf(await bindOf('/source', '/source', { target }));
    const script = 'echo /*; pwd; echo hello > /data/file; cd ..; cd ..; echo *; [ -w / ] || echo denied';
    const task = shell(script, { rootfs: under('/rootfs'), directory: '/work', user: 'nobody' });
    const { stdout, stderr } = await runTask(task, prepared);
    const names = (await readdir(under('/rootfs'))).toSorted();
    expect(stderr).toBe('');
    expect(stdout).toBe(`${names.map((name) => `/${name}`).join(' ')}\n/work\n${names.join(' ')}\ndenied\n`);
    expect(await readFile(under('/source/file'), 'utf8')).toBe('hello\n');
  });

  test('a command that is missing in it is exit code 127, as env(1) has it', async () => {
    await makeRootfs();
    const task = { ...shell('', { rootfs: under('/rootfs') }), shell: false, value: '/usr/bin/id', arguments: ['id'] };
    const { exit, stderr } = await runTask(task);
    expect(exit).toEqual({ exitCode: 127, signal: null });
    expect(stderr).toContain('/usr/bin/id');
  });
});

describe('signals and ends', () => {
  test('a signal reaches the task and its children', async () => {
    const script = 'trap "echo caught; exit 3" TERM; sleep 60 & echo $!; wait';
    const task = await startTask({
      prepared: { launch: NO_BINDS },
      task: shell(script),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let stdout = '';
    task.stdout?.on('data', (chunk) => (stdout += chunk));
    const child = await waitFor('the child', () => (stdout.includes('\n') ? Number(stdout.trim()) : undefined));
    task.kill('SIGTERM');
    expect(await task.wait()).toEqual({ exitCode: 3, signal: null });
    expect(stdout).toContain('caught');
    expect(await isGone(child)).toBe(true);
    task.kill('SIGTERM');
  });

  test('what the task leaves in its group ends with it', async () => {
    const { stdout } = await runTask(shell('sleep 60 >/dev/null 2>&1 & echo $!'));
    expect(await isGone(Number(stdout))).toBe(true);
  });

  test('when the launcher is killed, the task is killed, and that is told', async () => {
    const task = await startTask({
      prepared: { launch: NO_BINDS },
      task: shell('echo $PPID; exec sleep 60'),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let stdout = '';
    task.stdout?.on('data', (chunk) => (stdout += chunk));
    const launcher = await waitFor('the pid', () => (stdout.endsWith('\n') ? Number(stdout) : undefined));
    process.kill(launcher, 'SIGKILL');
    await expect(task.wait()).rejects.toMatchObject({ name: 'LaunchError', code: 'launch-lost' });
    expect(await isGone(task.pid)).toBe(true);
  });

  test('when we are killed, the task and its children are killed', async () => {
    const script = `
      import { startTask } from '${new URL('../../host/isolator/launcher.ts', import.meta.url).pathname}';
      const task = await startTask(${JSON.stringify({
        prepared: { launch: NO_BINDS },
        task: shell(`sleep 60 & echo $! > ${under('/pids')}.new; mv ${under('/pids')}.new ${under('/pids')}; wait`),
        stdio: ['ignore', 'ignore', 'ignore'],
      })});
      console.log(task.pid);
      await task.wait();`;
    const parent = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [chunk] = await once(parent.stdout, 'data');
    const child = await waitFor('the child', async () => {
      const text = await readFile(under('/pids'), 'utf8').catch(() => '');
      return text === '' ? undefined : Number(text);
    });
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    expect(await isGone(Number(chunk))).toBe(true);
    expect(await isGone(child)).toBe(true);
  });

  test('a launcher that takes too long is ended', async () => {
    const starting = startTask({
      prepared: { launch: NO_BINDS },
      task: shell('true'),
      stdio: ['ignore', 'ignore', 'ignore'],
      startTimeoutMs: 1,
    });
    await expect(starting).rejects.toMatchObject({ code: 'launch-lost' });
  });
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
      prepared: launchOf(await bindOf('/source', '/target')),
      task: shell(script),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let stdout = '';
    task.stdout?.on('data', (chunk) => (stdout += chunk));
    await waitFor('the task to be up', () => (stdout === 'up\n' ? true : undefined));
    expect(await mountLines()).toEqual(before);
    await run('/bin/mount', ['-t', 'tmpfs', 'none', under('/shared/later')], LIMITS);
    task.stdin?.end('go\n');
    await task.wait();
    expect(stdout).toBe('up\n1\n');
    await run('/bin/umount', ['--recursive', under('/shared')], LIMITS);
  });
});
