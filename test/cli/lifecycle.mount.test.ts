import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jest } from '@jest/globals';

import { type CliResult, dvdi, runProgram, startDvdi } from '../support/cli.ts';
import { guardMounts, mountLines } from '../support/mount-guard.ts';
import { type ServedDriver, serveDriver, writeApp } from '../support/served-driver.ts';
import { waitFor } from '../support/wait-for.ts';

jest.setTimeout(120_000);

const guard = guardMounts();

/** What `dvdi ls --json` prints when the ledger has nothing. */
const empty = { volumes: [], containers: [], damages: [] };

describe('with the embedded driver', () => {
  let driver: ServedDriver;
  let app: string;

  beforeEach(async () => {
    driver = await serveDriver(guard.directory, 'platform1');
    app = await writeApp(guard.directory, 'true');
  });

  afterEach(() => driver.end());

  const state = (): string => join(guard.directory, 'state');
  const volume = (): string => join(guard.directory, 'volume');
  const mountpoint = (name = 'data'): string => join(guard.directory, `store/platform1/volumes/${name}/mount`);

  /** A command that works with the driver, on the test's own state directory. */
  async function act(command: string, words: readonly string[], input = ''): Promise<CliResult> {
    const places = ['--state-dir', state(), '--plugin-dir', driver.pluginDirectory];
    return dvdi([command, ...places, ...words], { input });
  }

  async function list(...words: readonly string[]): Promise<CliResult> {
    return dvdi(['ls', '--state-dir', state(), ...words]);
  }

  async function isMounted(path: string): Promise<boolean> {
    return (await mountLines()).some((line) => line.startsWith(`${path} `));
  }

  describe('prepare', () => {
    afterEach(() => act('recover', ['--running', '-'], '[]'));

    test('prints the answer and nothing else on stdout, and progress on stderr', async () => {
      const { exitCode, stdout, stderr } = await act('prepare', ['web-1', app]);
      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({
        container: 'web-1',
        launch: {
          newMountNamespace: true,
          binds: [{ source: { path: `${mountpoint()}/data` }, target: { within: null, path: volume() } }],
        },
        volumes: [
          { driver: 'platform1', name: 'data', mountpoint: `${mountpoint()}/data`, path: volume(), mode: 'rw' },
        ],
        findings: [],
      });
      expect(stderr).toMatch(/^dvdi: mount platform1\/data: done in /mu);
      expect(await isMounted(mountpoint())).toBe(true);
    });

    test('asked again it gives the same bytes and does nothing', async () => {
      const first = await act('prepare', ['web-1', app]);
      const mounts = await mountLines();
      const again = await act('prepare', ['web-1', app]);
      expect(again).toMatchObject({ exitCode: 0, stdout: first.stdout });
      expect(again.stderr).toBe('dvdi: web-1 is prepared already: the same answer again\n');
      expect(await mountLines()).toEqual(mounts);
    });

    test.each([
      ['another document', async () => ['web-1', await writeApp(guard.directory, 'false')]],
      ['another policy', async () => ['--policy', await policy({ strict: true }), 'web-1', app]],
    ])('%s for the same container is a conflict with a code of its own', async (_name, words) => {
      await act('prepare', ['web-1', app]);
      const { exitCode, stdout, stderr } = await act('prepare', await words());
      expect({ exitCode, stdout }).toEqual({ exitCode: 6, stdout: '' });
      expect(stderr).toContain('[container-conflict]');
      expect(await isMounted(mountpoint())).toBe(true);
    });

    test('--format mesos is what Mesos binds, --format commands is argv', async () => {
      const mesos = await act('prepare', ['--format', 'mesos', 'web-1', app]);
      expect(JSON.parse(mesos.stdout)).toEqual({
        clone_namespaces: [131072],
        mounts: [{ source: `${mountpoint()}/data`, target: volume(), flags: 20480 }],
      });
      const commands = await act('prepare', ['--format', 'commands', 'web-1', app]);
      expect(JSON.parse(commands.stdout)).toEqual([
        ['/bin/mount', '--make-rslave', '/'],
        ['/bin/mount', '--no-mtab', '--rbind', `${mountpoint()}/data`, volume()],
      ]);
    });

    test('a document may come from standard input', async () => {
      const { exitCode, stdout } = await act('prepare', ['web-1', '-'], await readFile(app, 'utf8'));
      expect({ exitCode, container: JSON.parse(stdout).container }).toEqual({ exitCode: 0, container: 'web-1' });
    });

    test('a document that is refused: exit code 1, the finding at its place, nothing done', async () => {
      const wrong = await writeApp(guard.directory, 'true', { DVDI_VOLUME_OPTS: 'size' });
      const text = await act('prepare', ['web-1', wrong]);
      expect(text).toMatchObject({ exitCode: 1, stdout: '' });
      expect(text.stderr).toMatch(/:\d+:\d+: error: .* \[option-without-value\]$/mu);
      const json = await act('prepare', ['--json', 'web-1', wrong]);
      expect(json).toMatchObject({ exitCode: 1, stderr: '' });
      expect(JSON.parse(json.stdout)).toMatchObject({
        error: { code: 'refused' },
        findings: [{ code: 'option-without-value' }],
      });
      expect(existsSync(state())).toBe(false);
    });

    test('what only the ledger knows is refused as a finding, too: the volume is in use', async () => {
      await act('prepare', ['web-1', app]);
      const { exitCode, stdout, stderr } = await act('prepare', ['web-2', app]);
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
      expect(stderr).toContain('[volume-in-use]');
      expect(JSON.parse((await list('--json')).stdout).containers).toHaveLength(1);
    });

    test('--json: events are lines on stderr, a failure is one document on stdout', async () => {
      const { exitCode, stdout, stderr } = await act('prepare', ['--json', 'web-1', app]);
      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ container: 'web-1' });
      const events = stderr.trimEnd().split('\n');
      expect(events.map((line) => JSON.parse(line).event)).toEqual(
        expect.arrayContaining(['planned', 'step-started', 'step-done', 'completed', 'findings']),
      );
      const nobody = await writeApp(guard.directory, 'true', { DVDI_VOLUME_DRIVER: 'nobody' });
      const failed = await act('prepare', ['--json', '--no-wait', 'web-2', nobody]);
      expect(failed.exitCode).toBe(3);
      expect(JSON.parse(failed.stdout)).toMatchObject({ error: { code: 'plan-failed' } });
    });

    test('secrets are in no output', async () => {
      const secret = await writeApp(guard.directory, 'true', { DVDI_VOLUME_OPTS: 'size=1,password=hunter2-secret' });
      const outputs = [
        await act('prepare', ['web-1', secret]),
        await act('prepare', ['--json', 'web-1', secret]),
        await list('--json', '--containers'),
        await list('--containers'),
      ];
      expect(JSON.stringify(outputs)).not.toContain('hunter2-secret');
    });

    test('hostile names are never raw', async () => {
      const name = 'web\u001b[31m\u202e';
      await act('prepare', [name, app]);
      const outputs = [
        await list('--containers'),
        await list('--json'),
        await act('prepare', [name, app]),
        await act('cleanup', [name]),
      ];
      for (const { stdout, stderr } of outputs) expect(stdout + stderr).not.toMatch(/[^\P{C}\n]/u);
    });
  });

  async function policy(fields: object): Promise<string> {
    const file = join(guard.directory, 'policy.json');
    await writeFile(file, JSON.stringify(fields));
    return file;
  }

  describe('cleanup', () => {
    test('releases what the container held, the directories that were made, too', async () => {
      await act('prepare', ['web-1', app]);
      expect(await act('cleanup', ['web-1'])).toMatchObject({ exitCode: 0, stdout: 'web-1: cleaned up\n' });
      expect(JSON.parse((await act('cleanup', ['--json', 'web-1'])).stdout)).toMatchObject({ plan: 'cleanup' });
      expect(existsSync(volume())).toBe(false);
      expect(JSON.parse((await list('--json')).stdout)).toEqual(empty);
    });

    test('a container that was cleaned up, or was never heard of, is fine', async () => {
      await act('prepare', ['web-1', app]);
      await act('cleanup', ['web-1']);
      for (const container of ['web-1', 'nobody']) {
        const { exitCode, stdout } = await act('cleanup', [container]);
        expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: `${container}: held nothing that only it used\n` });
      }
    });

    test('a volume that another container shares stays mounted until the last one goes', async () => {
      const words = ['--policy', await policy({ sharing: 'allow' })];
      for (const container of ['web-1', 'web-2'])
        expect(await act('prepare', [...words, container, app])).toMatchObject({ exitCode: 0 });
      await act('cleanup', ['web-1']);
      expect(await isMounted(mountpoint())).toBe(true);
      await act('cleanup', ['web-2']);
      expect(await isMounted(mountpoint())).toBe(false);
    });
  });

  describe('recover', () => {
    test('keeps what runs, releases the rest, and says why', async () => {
      const other = await writeApp(guard.directory, 'true', {
        DVDI_VOLUME_NAME: 'other',
        DVDI_VOLUME_CONTAINERPATH: `${guard.directory}/other`,
      });
      await act('prepare', ['web-1', app]);
      await act('prepare', ['web-2', other]);
      const dry = await act('recover', ['--dry-run', '--running', '-'], '["web-1"]');
      expect(dry).toMatchObject({ exitCode: 0, stderr: '' });
      expect(dry.stdout).toMatch(/^in-use +platform1\/data .* 1 +keep .*container 'web-1' uses it$/mu);
      expect(dry.stdout).toMatch(/^orphaned +platform1\/other .* 0 +release .*nobody uses it$/mu);
      expect(dry.stdout).toMatch(/^would release 1 volume and forget 1 container; nothing was done$/mu);
      expect(await isMounted(mountpoint('other'))).toBe(true);

      const done = await act('recover', ['--running', '-'], '["web-1"]');
      expect(done.stdout).toMatch(/^released 1 volume, forgot 1 container$/mu);
      expect(done.stderr).toMatch(/^dvdi: unmount platform1\/other: done in /mu);
      expect(await isMounted(mountpoint('other'))).toBe(false);
      expect(await isMounted(mountpoint())).toBe(true);

      const again = await act('recover', ['--running', '-'], '{"running":["web-1"],"orphans":[]}');
      expect(again.stdout).toMatch(/^released 0 volumes, forgot 0 containers$/mu);
      await act('cleanup', ['web-1']);
    });

    test('orphans keep their volumes until their runtime cleans them up', async () => {
      await act('prepare', ['web-1', app]);
      const orphans = join(guard.directory, 'orphans.json');
      await writeFile(orphans, '["web-1"]');
      const { stdout } = await act('recover', ['--json', '--running', '-', '--orphans', orphans], '[]');
      expect(JSON.parse(stdout)).toMatchObject({
        dryRun: false,
        failures: [],
        plan: { volumes: [{ class: 'in-use' }] },
      });
      expect(await isMounted(mountpoint())).toBe(true);
      await act('cleanup', ['web-1']);
    });

    test('a list that is not understood releases nothing', async () => {
      await act('prepare', ['web-1', app]);
      const { exitCode, stderr } = await act('recover', ['--running', '-'], '{"runing":[]}');
      expect(exitCode).toBe(2);
      expect(stderr).toContain('[cli-containers]');
      expect(await isMounted(mountpoint())).toBe(true);
      await act('cleanup', ['web-1']);
    });

    test('a volume that was unmounted behind our back is told apart', async () => {
      await act('prepare', ['web-1', app]);
      await runProgram('/usr/bin/umount', [mountpoint()]);
      const { stdout } = await act('recover', ['--dry-run', '--running', '-'], '["web-1"]');
      expect(stdout).toMatch(/^missing +platform1\/data .* 1 +keep /mu);
      expect((await list()).stdout).toMatch(/^platform1\/data +mounted, missing /mu);
      await act('cleanup', ['web-1']);
      expect(JSON.parse((await list('--json')).stdout).volumes).toEqual([]);
    });
  });

  describe('run', () => {
    const waitingTask = 'echo ready; while :; do sleep 0.02; done';

    /** A run whose task waits. */
    async function startWaiting(): Promise<ReturnType<typeof startDvdi>> {
      const waiting = await writeApp(guard.directory, waitingTask);
      const places = ['--state-dir', state(), '--plugin-dir', driver.pluginDirectory];
      const running = startDvdi(['run', ...places, '--container', 'task-1', waiting]);
      await waitFor('the task to be ready', () => running.stdout.includes('ready') || undefined);
      return running;
    }

    test('is in the ledger with its process, and no recover touches it while it lives', async () => {
      const running = await startWaiting();
      const { containers } = JSON.parse((await list('--json')).stdout);
      expect(containers).toMatchObject([{ container: 'task-1', state: 'prepared', process: { pid: running.pid } }]);
      const { stdout } = await act('recover', ['--running', '-'], '[]');
      expect(stdout).toMatch(/^in-use /mu);
      expect(await isMounted(mountpoint())).toBe(true);
      running.kill('SIGTERM');
      expect((await running.result).exitCode).toBe(143);
      expect(JSON.parse((await list('--json')).stdout)).toEqual(empty);
    });

    test('killed with SIGKILL it is mended by the next recover', async () => {
      const running = await startWaiting();
      running.kill('SIGKILL');
      await running.result;
      expect(await isMounted(mountpoint())).toBe(true);
      const { exitCode, stdout } = await act('recover', ['--running', '-'], '[]');
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^released 1 volume, forgot 1 container$/mu);
      expect(existsSync(volume())).toBe(false);
      expect(await isMounted(mountpoint())).toBe(false);
    });

    test('a second one of the same container is refused and does not touch the first', async () => {
      const running = await startWaiting();
      const again = await dvdi([
        ...['run', '--state-dir', state(), '--plugin-dir', driver.pluginDirectory, '--container', 'task-1'],
        await writeApp(guard.directory, 'echo another'),
      ]);
      expect(again).toMatchObject({ exitCode: 121, stdout: '' });
      expect(again.stderr).toContain('[container-conflict]');
      const same = await dvdi([
        ...['run', '--state-dir', state(), '--plugin-dir', driver.pluginDirectory, '--container', 'task-1'],
        await writeApp(guard.directory, waitingTask),
      ]);
      expect(same).toMatchObject({ exitCode: 121, stdout: '' });
      expect(same.stderr).toContain('[cli-container-taken]');
      expect(await isMounted(mountpoint())).toBe(true);
      running.kill('SIGTERM');
      expect((await running.result).exitCode).toBe(143);
    });
  });

  describe('ls', () => {
    test('without a ledger there is nothing, and none is made', async () => {
      expect(await list('--json')).toMatchObject({
        exitCode: 0,
        stdout: `${JSON.stringify(empty)}\n`,
        stderr: '',
      });
      expect((await list()).stderr).toContain('there is no ledger');
      expect(existsSync(state())).toBe(false);
    });

    test('has volumes and containers as tables', async () => {
      await act('prepare', ['web-1', app]);
      const { stdout } = await list('--containers');
      const [heading, row, , containers, container] = stdout.split('\n');
      expect(heading).toMatch(/^VOLUME +STATE +USERS +MOUNTPOINT +SINCE +RELEASE +ERROR$/u);
      expect(row).toMatch(/^platform1\/data +mounted +1 +\/\S+ +\d+ s +-$/u);
      expect(containers).toMatch(/^CONTAINER +STATE +AGE +PROCESS +VOLUMES$/u);
      expect(container).toMatch(/^web-1 +prepared +\d+ s +- +platform1\/data$/u);
      await act('cleanup', ['web-1']);
    });
  });

  describe('release', () => {
    test('a volume in use, and one that nobody knows, are named as such', async () => {
      await act('prepare', ['web-1', app]);
      const inUse = await act('release', ['platform1', 'data']);
      expect(inUse).toMatchObject({ exitCode: 1, stdout: '' });
      expect(inUse.stderr).toContain('[cli-volume-in-use]');
      const forget = await act('release', ['--forget', 'platform1', 'data']);
      expect(forget.stderr).toContain('[cli-volume-in-use]');
      const unknown = await act('release', ['platform1', 'nope']);
      expect(unknown.stderr).toContain('[cli-unknown-volume]');
      expect(await isMounted(mountpoint())).toBe(true);
      await act('cleanup', ['web-1']);
    });

    test('what a driver that was away left is released when it is back', async () => {
      await act('prepare', ['web-1', app]);
      const away = join(guard.directory, 'away');
      await mkdir(away);
      const words = ['--state-dir', state(), '--plugin-dir', away, '--no-wait'];
      const failed = await dvdi(['cleanup', ...words, 'web-1']);
      expect(failed.exitCode).toBe(4);
      expect(failed.stderr).toContain('[driver-missing]');
      const { stdout } = await list();
      expect(stdout).toMatch(/ 0 .* 1 failed, next (?:in|is due).*/u);
      expect((await act('release', ['--all'])).stdout).toBe('platform1/data: released\n');
      expect((await act('release', [])).stdout).toBe('nothing to release\n');
      expect(await isMounted(mountpoint())).toBe(false);
    });
  });

  test('many calls at a time on shared volumes: every answer is right, and nothing is left', async () => {
    const sharing = await policy({ sharing: 'allow' });
    const apps = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) =>
        writeApp(guard.directory, 'true', {
          DVDI_VOLUME_NAME: name,
          DVDI_VOLUME_CONTAINERPATH: `${guard.directory}/${name}`,
        }),
      ),
    );
    const containers = Array.from({ length: 20 }, (_, index) => `web-${index}`);
    const appOf = (index: number): string => apps[index % apps.length] ?? '';
    const prepared = await Promise.all(
      containers.map((container, index) => act('prepare', ['--policy', sharing, container, appOf(index)])),
    );
    expect(prepared.filter(({ exitCode }) => exitCode !== 0)).toEqual([]);
    const { volumes } = JSON.parse((await list('--json')).stdout) as {
      volumes: { name: string; containers: string[] }[];
    };
    expect(volumes.map(({ name, containers: users }) => [name, users.length])).toEqual(
      ['a', 'b', 'c', 'd'].map((name) => [name, 5]),
    );
    const cleaned = await Promise.all(containers.map((container) => act('cleanup', [container])));
    expect(cleaned.filter(({ exitCode }) => exitCode !== 0)).toEqual([]);
    expect(JSON.parse((await list('--json')).stdout)).toEqual(empty);
    expect(await readdir(join(state(), 'holders'))).toEqual([]);
  });
});
