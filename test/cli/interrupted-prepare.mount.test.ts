import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';

import { dvdi, startDvdi } from '../support/cli.ts';
import { guardMounts } from '../support/mount-guard.ts';
import { HANGS_AT_MOUNT, type ScriptedPlugin, startPlugin } from '../support/scripted-plugin.ts';
import { writeApp } from '../support/served-driver.ts';
import { waitFor } from '../support/wait-for.ts';

jest.setTimeout(60_000);

const guard = guardMounts();

/** What `dvdi ls --json` prints when the ledger has nothing. */
const empty = { volumes: [], containers: [], damages: [] };

describe('a driver that hangs', () => {
  let plugin: ScriptedPlugin;

  beforeEach(async () => {
    plugin = await startPlugin('platform1', HANGS_AT_MOUNT);
  });

  afterEach(() => plugin.stop());

  const places = (): string[] => ['--state-dir', join(guard.directory, 'state'), '--plugin-dir', plugin.directory];

  async function startPreparing(): Promise<ReturnType<typeof startDvdi>> {
    const running = startDvdi(['prepare', ...places(), 'web-1', await writeApp(guard.directory, 'true')]);
    await waitFor('the driver to be asked', () => plugin.calls().includes('Mount') || undefined);
    return running;
  }

  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ] as const)('%s ends a prepare, which is undone', async (signal, exitCode) => {
    const running = await startPreparing();
    running.kill(signal);
    expect(await running.result).toMatchObject({ exitCode, stdout: '' });
    expect(plugin.calls().at(-1)).toBe('Unmount');
    expect(existsSync(join(guard.directory, 'volume'))).toBe(false);
    expect(JSON.parse((await dvdi(['ls', '--json', ...places().slice(0, 2)])).stdout)).toEqual(empty);
  });

  test('killed in the middle of it, the next recover leaves nothing', async () => {
    const running = await startPreparing();
    running.kill('SIGKILL');
    await running.result;
    const state = JSON.parse((await dvdi(['ls', '--json', ...places().slice(0, 2)])).stdout);
    expect(state).toMatchObject({ volumes: [{ state: 'intended' }], containers: [{ state: 'preparing' }] });
    const recovered = await dvdi(['recover', ...places(), '--running', '-'], { input: '["web-1"]' });
    expect(recovered.exitCode).toBe(0);
    expect(existsSync(join(guard.directory, 'volume'))).toBe(true);
    await dvdi(['recover', ...places(), '--running', '-'], { input: '[]' });
    expect(existsSync(join(guard.directory, 'volume'))).toBe(false);
    expect(JSON.parse((await dvdi(['ls', '--json', ...places().slice(0, 2)])).stdout)).toEqual(empty);
  });
});
