import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { startTask } from '../../host/isolator/launcher.ts';
import { run } from '../../host/system/process.ts';
import { bindOf, isGone, launchOf, NO_BINDS, runTask, shell } from '../support/launch.ts';
import { guardMounts } from '../support/mount-guard.ts';
import { waitFor } from '../support/wait-for.ts';

const LIMITS = { timeoutMs: 30_000, outputMaxBytes: 1_048_576 };
const guard = guardMounts();

function under(path: string): string {
  return `${guard.directory}${path}`;
}

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
    const prepared = launchOf(await bindOf(under('/source'), under('/source'), { target }));
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
    task.stdout?.on('data', (chunk) => {
      stdout += chunk;
    });
    const child = await waitFor('the child', () => (stdout.includes('\n') ? Number(stdout.trim()) : undefined));
    task.kill('SIGTERM');
    expect(await task.wait()).toEqual({ exitCode: 3, signal: null });
    expect(stdout).toContain('caught');
    expect(await isGone(child)).toBe(true);
    task.kill('SIGTERM');
  });

  test('its end is told, however many signals are on the way then', async () => {
    for (let round = 0; round < 15; round += 1) {
      const options = { prepared: { launch: NO_BINDS }, stdio: ['ignore', 'ignore', 'inherit'] } as const;
      const task = await startTask({ ...options, task: shell('exit 7') });
      let hasEnded = false;
      const exit = task.wait().finally(() => {
        hasEnded = true;
      });
      while (!hasEnded) {
        // Ignored by who does not ask for it.
        for (let count = 0; count < 10; count += 1) task.kill('SIGURG');
        await setImmediate();
      }
      expect(await exit).toEqual({ exitCode: 7, signal: null });
    }
  }, 60_000);

  test('SIGKILL ends a task that has stopped its launcher', async () => {
    const task = await startTask({
      prepared: { launch: NO_BINDS },
      task: shell('read line; kill -STOP $PPID; echo stopped; exec sleep 60'),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    // Not earlier: the launcher has told of the start by now.
    task.stdin?.write('go\n');
    await once(task.stdout as Readable, 'data');
    task.kill('SIGKILL');
    expect(await task.wait()).toEqual({ exitCode: null, signal: 'SIGKILL' });
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
    task.stdout?.on('data', (chunk) => {
      stdout += chunk;
    });
    const launcher = await waitFor('the pid', () => (stdout.endsWith('\n') ? Number(stdout) : undefined));
    process.kill(launcher, 'SIGKILL');
    await expect(task.wait()).rejects.toMatchObject({ name: 'LaunchError', code: 'launch-lost' });
    expect(await isGone(task.pid)).toBe(true);
  });

  test('when we are killed, the task and its children are killed', async () => {
    const options = {
      prepared: { launch: NO_BINDS },
      task: shell(`sleep 60 & echo $! > ${under('/pids')}.new; mv ${under('/pids')}.new ${under('/pids')}; wait`),
      stdio: ['ignore', 'ignore', 'ignore'],
    };
    const script = join(import.meta.dirname, '../support/launch-child.ts');
    const parent = spawn(process.execPath, ['--no-warnings', script, JSON.stringify(options)], {
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
