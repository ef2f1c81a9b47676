import { mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../host/system/process.ts';
import { ProcessError } from '../../host/system/process-error.ts';
import { waitFor } from '../support/wait-for.ts';

const LIMITS = { timeoutMs: 10_000, outputMaxBytes: 4_096 };

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dvdi-process-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

function sh(line: string, options: Partial<Parameters<typeof run>[2]> = {}) {
  return run('/bin/sh', ['-c', line], { ...LIMITS, ...options });
}

async function failure(promise: Promise<unknown>): Promise<ProcessError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ProcessError);
  return error as ProcessError;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function pidIn(file: string): Promise<number> {
  return waitFor('a pid in the file', async () => {
    const text = await readFile(file, 'utf8').catch(() => '');
    return text.endsWith('\n') ? Number(text) : undefined;
  });
}

describe('a run that ends well', () => {
  test('gives both outputs as bytes', async () => {
    const result = await sh("printf 'a\\377\\n'; printf b >&2");
    expect([...result.stdout]).toEqual([97, 255, 10]);
    expect(result.stderr.toString()).toBe('b');
    expect(result.durationMs).toBeGreaterThan(0);
  });

  test('passes arguments as they are, without a shell', async () => {
    const argv = ['%s|', '$(id)', '; touch x', "'", '', '*'];
    const result = await run('/usr/bin/printf', argv, LIMITS);
    expect(result.stdout.toString()).toBe("$(id)|; touch x|'||*|");
  });

  test('has nothing on stdin and a clean environment', async () => {
    process.env.DVDI_TEST_LEAK = 'leaked';
    try {
      const result = await run('/usr/bin/env', [], LIMITS);
      expect(result.stdout.toString().trim().split('\n').sort()).toEqual([
        'LC_ALL=C',
        'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      ]);
      expect((await run('/usr/bin/env', [], { ...LIMITS, env: { A: '1' } })).stdout.toString()).toBe('A=1\n');
      expect((await run('/bin/cat', [], LIMITS)).stdout).toHaveLength(0);
    } finally {
      delete process.env.DVDI_TEST_LEAK;
    }
  });

  test('hands over fds by position and nothing else', async () => {
    const path = join(directory, 'file');
    await writeFile(path, 'through the fd');
    const handle = await open(path);
    try {
      const result = await sh('cat <&3', { fds: [handle.fd] });
      expect(result.stdout.toString()).toBe('through the fd');
      const open4 = await failure(sh('cat <&4', { fds: [handle.fd] }));
      expect(open4.code).toBe('process-exit');
    } finally {
      await handle.close();
    }
  });

  test('takes exactly as many bytes as allowed on stdout', async () => {
    const result = await sh('head -c 4096 /dev/zero');
    expect(result.stdout).toHaveLength(4_096);
  });

  test('cuts a chatty stderr instead of ending the program', async () => {
    const result = await sh('head -c 1000000 /dev/zero >&2; echo done');
    expect(result.stdout.toString()).toBe('done\n');
    expect(result.stderr).toHaveLength(4_096);
  });

  test('does not wait for a daemon that keeps the pipe, and leaves it alive', async () => {
    const file = join(directory, 'pid');
    const started = performance.now();
    const result = await sh(
      `setsid sh -c 'echo $$ > ${file}; exec sleep 60' & while [ ! -s ${file} ]; do :; done; echo up`,
    );
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(result.stdout.toString()).toBe('up\n');
    const pid = await pidIn(file);
    expect(isAlive(pid)).toBe(true);
    process.kill(pid, 'SIGKILL');
  });
});

describe('a run that fails', () => {
  test('names the exit code and keeps the output apart from the message', async () => {
    const error = await failure(sh('echo secret; echo hidden >&2; exit 7'));
    expect(error).toMatchObject({ code: 'process-exit', exitCode: 7, signal: null, timedOut: false, isMissing: false });
    expect(error.message).toBe('"/bin/sh" exited with 7: expected 0');
    expect(error.stdout.toString()).toBe('secret\n');
    expect(error.stderr.toString()).toBe('hidden\n');
  });

  test('tells a missing executable from one that failed', async () => {
    const missing = await failure(run(join(directory, 'none'), [], LIMITS));
    expect(missing).toMatchObject({ code: 'process-start', isMissing: true, errno: 'ENOENT', hasStarted: false });
    await writeFile(join(directory, 'plain'), 'not a program', { mode: 0o644 });
    const refused = await failure(run(join(directory, 'plain'), [], LIMITS));
    expect(refused).toMatchObject({ code: 'process-start', errno: 'EACCES' });
  });

  test('refuses a relative path', async () => {
    await expect(run('sh', [], LIMITS)).rejects.toThrow(TypeError);
  });

  test('names a signal from elsewhere', async () => {
    expect(await failure(sh('kill -ABRT $$'))).toMatchObject({ code: 'process-signal', signal: 'SIGABRT' });
  });

  test('ends a program that writes one byte too many', async () => {
    const error = await failure(sh('head -c 4097 /dev/zero; exec sleep 60'));
    expect(error).toMatchObject({ code: 'process-output', isOutputTooLong: true });
    expect(error.stdout).toHaveLength(4_096);
  });

  test('ends a program that is cancelled', async () => {
    const controller = new AbortController();
    const file = join(directory, 'pid');
    const running = failure(sh(`echo $$ > ${file}; exec sleep 60`, { signal: controller.signal }));
    const pid = await pidIn(file);
    controller.abort();
    expect(await running).toMatchObject({ code: 'process-cancelled', isCancelled: true });
    expect(isAlive(pid)).toBe(false);
  });

  test('does not start when it is cancelled already', async () => {
    const error = await failure(sh(`touch ${directory}/ran; exec sleep 60`, { signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ code: 'process-cancelled', hasStarted: false });
    expect(await readdir(directory)).toEqual([]);
  });

  test('ends the whole group at the time limit, also those that ignore SIGTERM', async () => {
    const file = join(directory, 'pid');
    const child = `trap "" TERM; echo $$ > ${file}; while :; do sleep 1; done`;
    const running = failure(sh(`sh -c '${child}' & wait`, { timeoutMs: 300, graceMs: 300 }));
    const pid = await pidIn(file);
    expect(await running).toMatchObject({ code: 'process-timeout', timedOut: true, hasStarted: true });
    await waitFor('the grandchild to be gone', () => (isAlive(pid) ? undefined : true));
  });

  test('lets a member of the group finish within the grace', async () => {
    const file = join(directory, 'tidy');
    const ready = join(directory, 'ready');
    const child = `trap "sleep 0.2; echo tidy > ${file}; exit 0" TERM; echo 1 > ${ready}; while :; do sleep 0.05; done`;
    const controller = new AbortController();
    const running = failure(sh(`sh -c '${child}' >/dev/null 2>&1 & wait`, { signal: controller.signal }));
    await pidIn(ready);
    controller.abort();
    await running;
    expect(await readFile(file, 'utf8')).toBe('tidy\n');
  });
});
