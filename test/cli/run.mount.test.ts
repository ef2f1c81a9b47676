import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';

import { type CliResult, cliPath, dvdi, dvdiOnTerminal, runProgram, startDvdi } from '../support/cli.ts';
import { guardMounts } from '../support/mount-guard.ts';
import {
  ACTIVATED,
  HANGS_AT_MOUNT,
  type Reaction,
  type ScriptedPlugin,
  startPlugin,
} from '../support/scripted-plugin.ts';
import { type ServedDriver, serveDriver, writeApp } from '../support/served-driver.ts';
import { waitFor } from '../support/wait-for.ts';

jest.setTimeout(60_000);

const guard = guardMounts();

describe('with the embedded driver', () => {
  let driver: ServedDriver;

  beforeEach(async () => {
    driver = await serveDriver(guard.directory, 'platform1');
  });

  afterEach(() => driver.end());

  const volume = (): string => join(guard.directory, 'volume');

  async function run(cmd: string, ...words: readonly string[]): Promise<CliResult> {
    return dvdi(['run', '--plugin-dir', driver.pluginDirectory, ...words, await writeApp(guard.directory, cmd)]);
  }

  test('the task sees its volume; stdout is the task alone; the data is there the next time', async () => {
    const cmd = `echo run >> ${volume()}/log; cat ${volume()}/log; findmnt --noheadings --output FSTYPE ${volume()}`;
    expect(await run(cmd)).toMatchObject({ exitCode: 0, stdout: 'run\next4\n' });
    expect(existsSync(volume())).toBe(false);
    expect(await run(cmd, '--quiet')).toEqual({ exitCode: 0, signal: null, stdout: 'run\nrun\next4\n', stderr: '' });
  });

  test('in a pipe the progress is plain lines on stderr', async () => {
    const { stderr } = await run('true');
    expect(stderr).toMatch(/^dvdi: mount platform1\/data …$/mu);
    expect(stderr).toMatch(/^dvdi: mount platform1\/data: done in [\d.]+ m?s: at \//mu);
    expect(stderr).toMatch(/^dvdi: unmount platform1\/data: done in /mu);
    expect(stderr).not.toMatch(/[^\P{C}\n]/u);
  });

  test('on a terminal the progress is redrawn and its last state stays', async () => {
    const app = await writeApp(guard.directory, 'echo the-task');
    const { exitCode, stdout } = await dvdiOnTerminal(['run', '--plugin-dir', driver.pluginDirectory, app]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('⠋');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what the terminal is told is not part of the text
    const text = stdout.replace(/\u001b\[[0-9;?]*[A-Za-z]/gu, '');
    expect(text).toMatch(/✔ mount platform1\/data [\d.]+ m?s at \//u);
    expect(text.indexOf('the-task')).toBeGreaterThan(text.indexOf('✔ mount'));
    expect(text.indexOf('✔ unmount')).toBeGreaterThan(text.indexOf('the-task'));
  });

  test.each([
    ['exit 7', 7],
    ['exit 121', 121],
    ['/nonexistent/program', 127],
    ['kill -TERM $$', 143],
    ['kill -KILL $$', 137],
  ])('the exit code of a task that does "%s" is %d', async (cmd, exitCode) => {
    expect((await run(cmd)).exitCode).toBe(exitCode);
  });

  test('standard input is the task’s', async () => {
    const app = await writeApp(guard.directory, `cat > ${volume()}/in; cat ${volume()}/in`);
    const argv = ['run', '--quiet', '--plugin-dir', driver.pluginDirectory, app];
    expect(await dvdi(argv, { input: 'hello' })).toMatchObject({ exitCode: 0, stdout: 'hello' });
  });

  test('what the task writes is passed on as it is', async () => {
    expect((await run("printf '\\033[31mred'", '--quiet')).stdout).toBe('\u001b[31mred');
  });

  describe('signals', () => {
    const loop = 'echo ready; while :; do sleep 0.02; done';

    async function start(cmd: string, ...words: readonly string[]): ReturnType<typeof startReady> {
      return startReady(await writeApp(guard.directory, cmd), words);
    }

    async function startReady(app: string, words: readonly string[]): Promise<ReturnType<typeof startDvdi>> {
      const running = startDvdi(['run', '--plugin-dir', driver.pluginDirectory, ...words, app]);
      await waitFor('the task to be ready', () => running.stdout.includes('ready') || undefined);
      return running;
    }

    test.each([
      ['SIGTERM', 143],
      ['SIGINT', 130],
      ['SIGHUP', 129],
      ['SIGUSR1', 138],
    ] as const)('%s ends the task, and the volumes are released', async (signal, exitCode) => {
      const running = await start(loop);
      running.kill(signal);
      expect((await running.result).exitCode).toBe(exitCode);
      expect(existsSync(volume())).toBe(false);
    });

    test('a task that handles the signal decides itself', async () => {
      const running = await start(`trap 'echo saved > ${volume()}/state; exit 3' TERM; ${loop}`);
      running.kill('SIGTERM');
      expect((await running.result).exitCode).toBe(3);
      expect((await run(`cat ${volume()}/state`)).stdout).toBe('saved\n');
    });

    test('further signals do not skip the clean-up', async () => {
      const running = await start(`trap 'exit 3' INT; ${loop}`);
      running.kill('SIGINT');
      await waitFor('the clean-up', () => running.stderr.includes('dvdi: unmount platform1/data …') || undefined);
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const) running.kill(signal);
      const { exitCode, stderr } = await running.result;
      expect(exitCode).toBe(3);
      expect(stderr).toContain('dvdi: unmount platform1/data: done in');
      expect(existsSync(volume())).toBe(false);
    });

    test('--kill-after ends a task that does not hear', async () => {
      const running = await start(`trap '' TERM; ${loop}`, '--kill-after', '0.2');
      running.kill('SIGTERM');
      expect((await running.result).exitCode).toBe(137);
    });
  });

  describe('--json', () => {
    test('every event is a line on stderr, the last is the result', async () => {
      const { exitCode, stdout, stderr } = await run('echo out; exit 4', '--json');
      expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: 'out\n' });
      const events = stderr
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as { event: string });
      expect(events.map(({ event }) => event)).toEqual(
        expect.arrayContaining(['planned', 'step-started', 'step-done', 'task-started', 'task-ended']),
      );
      expect(events.at(-1)).toEqual({ event: 'result', exitCode: 4, taskExitCode: 4, signal: null, error: null });
    });

    test('--events takes them out of stderr', async () => {
      const file = join(guard.directory, 'events');
      const { stderr } = await run('echo err >&2', '--quiet', '--events', file);
      expect(stderr).toBe('err\n');
      const last = readFileSync(file, 'utf8').trimEnd().split('\n').at(-1) ?? '';
      expect(JSON.parse(last)).toMatchObject({ event: 'result', exitCode: 0 });
    });
  });

  test('a driver that refuses: nothing is left, the reason is printed, no secret is', async () => {
    const app = await writeApp(guard.directory, 'true', { DVDI_VOLUME_OPTS: 'size=1,password=hunter2-secret' });
    const { exitCode, stdout, stderr } = await dvdi(['run', '--plugin-dir', driver.pluginDirectory, app]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 123, stdout: '' });
    expect(stderr).toContain('[driver-refused]');
    expect(stderr).not.toContain('hunter2-secret');
    expect(existsSync(volume())).toBe(false);
  });

  test('secrets are in no event, either', async () => {
    const app = await writeApp(guard.directory, 'true', { DVDI_VOLUME_OPTS: 'size=1,password=hunter2-secret' });
    const { stderr } = await dvdi(['run', '--json', '--plugin-dir', driver.pluginDirectory, app]);
    expect(stderr).toContain('"event":"result"');
    expect(stderr).not.toContain('hunter2-secret');
  });
});

describe('before a task can start', () => {
  test('a driver that is not there', async () => {
    const app = await writeApp(guard.directory, 'true', { DVDI_VOLUME_DRIVER: 'nobody' });
    const directory = join(guard.directory, 'plugins');
    const { exitCode, stderr } = await dvdi(['run', '--no-wait', '--plugin-dir', directory, app]);
    expect(exitCode).toBe(123);
    expect(stderr).toContain('[driver-missing]');
    expect(stderr).toContain('everything was undone');
  });

  test('a document with an error is refused, with the place and 121', async () => {
    const app = await writeApp(guard.directory, 'true', { DVDI_VOLUME_OPTS: 'size' });
    const { exitCode, stdout, stderr } = await dvdi(['run', app]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 121, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^${app}:\\d+:\\d+: error: .* \\[option-without-value\\]$`, 'mu'));
    expect(stderr).toMatch(/^ +\^{4}$/mu);
  });

  test('with --json the findings and the result are events, and stdout stays empty', async () => {
    const app = await writeApp(guard.directory, 'true', { DVDI_VOLUME_OPTS: 'size' });
    const { exitCode, stdout, stderr } = await dvdi(['run', '--json', app]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 121, stdout: '' });
    const [findings, result] = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(findings).toMatchObject({ event: 'findings', findings: [{ code: 'option-without-value' }] });
    expect(result).toEqual({ event: 'result', exitCode: 121, taskExitCode: null, signal: null, error: null });
    const unreadable = await dvdi(['run', '--json', '/nonexistent/x']);
    expect(unreadable).toMatchObject({ exitCode: 122, stdout: '' });
    expect(JSON.parse(unreadable.stderr)).toMatchObject({
      event: 'result',
      exitCode: 122,
      error: { code: 'cli-input' },
    });
  });

  test('a document without a task', async () => {
    const { exitCode, stderr } = await dvdi(['run', '-'], { input: '{"DVDI_VOLUME_NAME":"x"}' });
    expect(exitCode).toBe(122);
    expect(stderr).toContain('[cli-no-task]');
  });

  test('without the rights to mount nothing is tried', async () => {
    const app = await writeApp('/tmp', 'true');
    try {
      const argv = ['--reuid', '65534', '--clear-groups', '--inh-caps', '-all', process.execPath, cliPath, 'run', '-'];
      const { exitCode, stderr } = await runProgram('/usr/bin/setpriv', argv, { input: readFileSync(app), cwd: '/' });
      expect(exitCode).toBe(123);
      expect(stderr).toContain('[cli-rights]');
      expect(stderr).toContain('CAP_SYS_ADMIN');
    } finally {
      await runProgram('/bin/rm', [app]);
    }
  });

  describe('a driver that hangs', () => {
    let plugin: ScriptedPlugin;

    beforeEach(async () => {
      plugin = await startPlugin('platform1', HANGS_AT_MOUNT);
    });

    afterEach(() => plugin.stop());

    test('a signal ends the preparation, which is undone', async () => {
      const app = await writeApp(guard.directory, 'echo never');
      const running = startDvdi(['run', '--plugin-dir', plugin.directory, app]);
      await waitFor('the driver to be asked', () => plugin.calls().includes('Mount') || undefined);
      running.kill('SIGTERM');
      const { exitCode, stdout, stderr } = await running.result;
      expect({ exitCode, stdout }).toEqual({ exitCode: 143, stdout: '' });
      expect(plugin.calls().at(-1)).toBe('Unmount');
      expect(stderr).toContain('[driver-timeout]');
      expect(existsSync(join(guard.directory, 'volume'))).toBe(false);
    });
  });

  describe('a driver that fails to undo', () => {
    let plugin: ScriptedPlugin;

    beforeEach(async () => {
      let isBroken = false;
      const unlessBroken = (document: object) => (): Reaction => (isBroken ? 'crash' : { json: document });
      plugin = await startPlugin('platform1', {
        'Plugin.Activate': ACTIVATED,
        'VolumeDriver.Get': unlessBroken({ Volume: { Name: 'data' }, Err: '' }),
        'VolumeDriver.List': unlessBroken({ Volumes: [{ Name: 'data' }], Err: '' }),
        'VolumeDriver.Mount': { json: { Mountpoint: 'relative\u001b[31m', Err: '' } },
        // From here on it cannot say where the volume is, either.
        'VolumeDriver.Unmount': () => {
          isBroken = true;
          return { json: { Err: 'busy \u001b]0;owned\u0007' } };
        },
      });
    });

    afterEach(() => plugin.stop());

    test('ends with 124, names what is left, and prints nothing of the driver raw', async () => {
      const app = await writeApp(guard.directory, 'echo never');
      const { exitCode, stdout, stderr } = await dvdi(['run', '--no-wait', '--plugin-dir', plugin.directory, app]);
      expect({ exitCode, stdout }).toEqual({ exitCode: 124, stdout: '' });
      expect(stderr).toContain('busy \\x1b]0;owned\\x07');
      expect(stderr).not.toMatch(/[^\P{C}\n]/u);
      const { volumes } = JSON.parse((await dvdi(['ls', '--json'])).stdout) as { volumes: object[] };
      expect(volumes).toMatchObject([{ name: 'data', state: 'uncertain', containers: [], attempts: 1 }]);
      expect((await dvdi(['release', '--forget', 'platform1', 'data'])).stdout).toBe('platform1/data: forgotten\n');
    });
  });
});
