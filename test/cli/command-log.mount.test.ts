import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { dvdi, startDvdi } from '../support/cli.ts';
import { complaintsAbout } from '../support/log-page.ts';
import { guardMounts } from '../support/mount-guard.ts';
import { ACTIVATED, type Reaction, type ScriptedPlugin, startPlugin } from '../support/scripted-plugin.ts';
import { writeApp } from '../support/served-driver.ts';
import { waitFor } from '../support/wait-for.ts';

jest.setTimeout(120_000);

const guard = guardMounts();

const under = (...names: string[]) => join(guard.directory, ...names);
const logFile = () => under('log');

type Line = Readonly<Record<string, unknown>>;

function parse(text: string): Line[] {
  const lines = text.trimEnd().split('\n');
  expect(lines.flatMap(complaintsAbout)).toEqual([]);
  return lines.map((line) => JSON.parse(line) as Line);
}

const logged = () => parse(readFileSync(logFile(), 'utf8'));

/** A driver whose volume is a plain directory; `mount` says how its Mount reacts. */
async function startDriver(mount?: Reaction): Promise<ScriptedPlugin> {
  await mkdir(under('mounted'));
  return startPlugin('platform1', {
    'Plugin.Activate': ACTIVATED,
    'VolumeDriver.Get': { json: { Volume: { Name: 'data' }, Err: '' } },
    'VolumeDriver.Mount': mount ?? { json: { Mountpoint: under('mounted'), Err: '' } },
    'VolumeDriver.Unmount': { json: { Err: '' } },
  });
}

describe('with a driver', () => {
  let plugin: ScriptedPlugin;

  afterEach(() => plugin.stop());

  const act = (command: string, ...words: readonly string[]) =>
    dvdi([command, '--state-dir', under('state'), '--plugin-dir', plugin.directory, ...words]);

  test('all that is done for a container is found by its id, with how long it took', async () => {
    plugin = await startDriver();
    const app = await writeApp(guard.directory, 'true');
    await act('prepare', '--log', logFile(), '--quiet', 'web-1', app);
    await act('prepare', '--log', logFile(), '--quiet', 'web-1', app);
    await act('prepare', '--log', logFile(), '--quiet', 'web-1', await writeApp(guard.directory, 'false'));
    await act('cleanup', '--log', logFile(), '--quiet', 'web-1');
    expect(statSync(logFile()).mode & 0o777).toBe(0o600);
    const told = logged()
      .filter(({ container }) => container === 'web-1')
      .map(({ event, operation, outcome }) =>
        [event, operation, outcome].filter((word) => word !== undefined).join(' '),
      );
    expect(told).toEqual([
      'planned prepare',
      'driver-called mount done',
      'completed prepare',
      'repeated',
      'completed prepare',
      'conflict',
      'planned cleanup',
      'driver-called unmount done',
      'completed cleanup',
    ]);
    const commands = logged().filter(({ event }) => event === 'ended');
    expect(commands.map(({ command, exitCode }) => [command, exitCode])).toEqual([
      ['prepare', 0],
      ['prepare', 0],
      ['prepare', 6],
      ['cleanup', 0],
    ]);
    expect(new Set(logged().map(({ pid }) => pid)).size).toBe(4);
    for (const line of logged()) if ('durationMs' in line) expect(line.durationMs).toBeGreaterThanOrEqual(0);
  });

  test('a recover says of each volume what has become of it, and why', async () => {
    plugin = await startDriver();
    await act('prepare', '--quiet', 'web-1', await writeApp(guard.directory, 'true'));
    await writeFile(under('running.json'), '[]');
    await act('recover', '--log', logFile(), '--dry-run', '--running', under('running.json'));
    await act('recover', '--log', logFile(), '--running', under('running.json'));
    const volumes = logged().filter(({ event }) => event === 'recover-volume');
    const about = { container: null, driver: 'platform1', volume: 'data', class: 'orphaned', action: 'unmount' };
    expect(volumes).toMatchObject([about, about]);
    for (const { reason } of volumes) expect(reason).toMatch(/nobody uses it/);
    expect(logged().find(({ event }) => event === 'recover-planned')).toMatchObject({ dryRun: true, gone: ['web-1'] });
  });

  test('- is standard error, where then nothing else is', async () => {
    plugin = await startDriver();
    const app = await writeApp(guard.directory, 'true');
    const { exitCode, stdout, stderr } = await act('prepare', '--log', '-', '--log-level', 'debug', 'web-1', app);
    expect({ exitCode, container: JSON.parse(stdout).container }).toEqual({ exitCode: 0, container: 'web-1' });
    expect(parse(stderr).map(({ event }) => event)).toEqual(expect.arrayContaining(['started', 'step-done', 'ended']));
    await act('cleanup', 'web-1');
  });

  test('what was logged before a signal or a kill is there', async () => {
    plugin = await startDriver('hang');
    const app = await writeApp(guard.directory, 'true');
    const words = ['--state-dir', under('state'), '--plugin-dir', plugin.directory, '--log', logFile()];
    const ended = startDvdi(['prepare', ...words, 'web-1', app]);
    await waitFor('the driver to be asked', () => plugin.calls().includes('Mount') || undefined);
    ended.kill('SIGTERM');
    expect(await ended.result).toMatchObject({ exitCode: 143 });
    expect(logged().map(({ event }) => event)).toEqual(
      expect.arrayContaining(['planned', 'driver-called', 'completed']),
    );
    expect(logged().at(-1)).toMatchObject({ event: 'ended', exitCode: 143 });

    const before = plugin.calls().length;
    const killed = startDvdi(['prepare', ...words, 'web-2', app]);
    await waitFor('the driver to be asked', () => plugin.calls().slice(before).includes('Mount') || undefined);
    killed.kill('SIGKILL');
    await killed.result;
    expect(logged().at(-1)).toMatchObject({ event: 'planned', container: 'web-2' });
    expect(logged().filter(({ event }) => event === 'taken-over')).toEqual([]);
    expect(await act('cleanup', '--log', logFile(), 'web-2')).toMatchObject({ exitCode: 0 });
    expect(logged()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ event: 'taken-over', container: 'web-2', holderPid: killed.pid, level: 'warn' }),
      ]),
    );
  });

  test('a task and how it ended', async () => {
    plugin = await startDriver();
    const app = await writeApp(guard.directory, 'exit 7');
    expect(await act('run', '--log', logFile(), '--container', 'web-1', app)).toMatchObject({ exitCode: 7 });
    const told = logged().filter(({ event }) => String(event).startsWith('task-'));
    const about = { container: 'web-1', level: 'info' };
    expect(told).toMatchObject([
      { ...about, event: 'task-started', taskPid: expect.any(Number) },
      { ...about, event: 'task-ended', exitCode: 7, signal: null },
    ]);
  });
});

test('without the log that was asked for nothing is done', async () => {
  const app = await writeApp(guard.directory, 'true');
  await writeFile(under('running.json'), '[]');
  const commands = [
    ['prepare', 'web-1', app],
    ['run', app],
    ['cleanup', 'web-1'],
    ['recover', '--running', under('running.json')],
    ['release'],
  ];
  for (const [command = '', ...words] of commands) {
    const log = ['--state-dir', under('state'), '--log', under('no/log')];
    const { exitCode, stdout, stderr } = await dvdi([command, ...log, ...words]);
    expect({ command, exitCode, stdout }).toEqual({ command, exitCode: command === 'run' ? 123 : 3, stdout: '' });
    expect(stderr).toContain('[log-unwritable]');
    expect(stderr).toContain(`${under('no/log')}: ENOENT`);
  }
  expect(existsSync(under('state'))).toBe(false);
});

test('a level without a log, and a level that there is not, are mistakes of the command line', async () => {
  const alone = await dvdi(['cleanup', '--log-level', 'debug', 'web-1']);
  expect(alone).toMatchObject({ exitCode: 2, stdout: '' });
  expect(alone.stderr).toContain('[cli-usage]');
  const wrong = await dvdi(['cleanup', '--log', logFile(), '--log-level', 'loud', 'web-1']);
  expect(wrong).toMatchObject({ exitCode: 2, stdout: '' });
  expect(wrong.stderr).toContain('trace, debug, info, warn, error, silent');
});

test('a full disk is said once, and stops nothing', async () => {
  const { exitCode, stdout, stderr } = await dvdi([
    ...['cleanup', '--state-dir', under('state'), '--log', '/dev/full', '--log-level', 'trace', 'web-1'],
  ]);
  expect(exitCode).toBe(0);
  expect(stdout).toBe('web-1: held nothing that only it used\n');
  expect(stderr.match(/lines of the log are lost/g)).toHaveLength(1);
});

test('a ledger that cannot be opened', async () => {
  await writeFile(under('state'), 'no directory');
  const { exitCode } = await dvdi(['cleanup', '--state-dir', under('state'), '--log', logFile(), 'web-1']);
  expect(exitCode).toBe(3);
  const errors = logged().filter(({ level }) => level === 'error');
  expect(errors.map(({ event }) => event)).toEqual(['not-started', 'ended']);
});

test('the embedded driver has its own', async () => {
  const places = ['--store', under('store'), '--plugin-dir', under('plugins')];
  const serving = startDvdi(['driver', 'serve', '--name', 'platform1', ...places, '--log', logFile()]);
  await waitFor('the driver', () => serving.stdout.includes('ready') || undefined);
  serving.kill('SIGTERM');
  expect(await serving.result).toMatchObject({ exitCode: 0 });
  expect(logged()).toMatchObject([
    { event: 'driver-message', level: 'info', message: expect.stringContaining('platform1.sock') },
    { event: 'driver-message', level: 'info', message: 'ending because of SIGTERM' },
    { event: 'ended', command: 'driver serve', exitCode: 0 },
  ]);
});
