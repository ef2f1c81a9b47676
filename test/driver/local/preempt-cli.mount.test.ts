import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { dvdi, type RunningProgram, startDvdi } from '../../support/cli.ts';
import { guardMounts } from '../../support/mount-guard.ts';
import { writeApp } from '../../support/served-driver.ts';
import { viewVolume } from '../../support/volume-view.ts';
import { waitFor } from '../../support/wait-for.ts';

jest.setTimeout(60_000);

const servers: RunningProgram[] = [];

// Before the guard's own, which looks at what is left.
afterEach(async () => {
  for (const server of servers) server.kill('SIGTERM');
  for (const server of servers.splice(0)) await server.result;
});
const guard = guardMounts();

const pathOf = (...names: string[]) => join(guard.directory, ...names);

/** `dvdi driver serve` for an agent; the store is shared. */
async function serve(agent: string, ...words: string[]): Promise<RunningProgram> {
  const places = ['--store', pathOf('store'), '--plugin-dir', pathOf(`plugins-${agent}`)];
  const server = startDvdi(['driver', 'serve', '--name', 'platform1', '--agent', agent, ...places, ...words]);
  servers.push(server);
  await waitFor('the driver to serve', () => (server.stdout.startsWith('ready') ? true : undefined));
  return server;
}

/** A task that writes to its volume until it cannot any more. */
const WRITE = (volume: string) =>
  `echo kept > ${volume}/file; sync ${volume}/file; echo begun; while echo more >> ${volume}/log; do sleep 0.02; done; ` +
  'echo cut off; exit 9';

// Two agents: each has a state directory of its own.
async function runOn(agent: string, cmd: (volume: string) => string): Promise<RunningProgram> {
  const volume = pathOf(`volume-${agent}`);
  const app = await writeApp(guard.directory, cmd(volume), { DVDI_VOLUME_CONTAINERPATH: volume });
  const places = ['--state-dir', pathOf(`state-${agent}`), '--plugin-dir', pathOf(`plugins-${agent}`)];
  return startDvdi(['run', ...places, app]);
}

test('dvdi run on a second agent is refused, and takes the volume when its driver preempts', async () => {
  const first = await serve('first');
  const second = await serve('second');
  const writing = await runOn('first', WRITE);
  await waitFor('the first task', () => (writing.stdout.includes('begun') ? true : undefined));

  const refused = await (await runOn('second', () => 'true')).result;
  expect(refused.exitCode).toBe(123);
  expect(refused.stderr).toMatch(/volume "data" is held by agent "first" \(pid \d+ on host ".+"\) since .*--preempt/);
  second.kill('SIGTERM');
  expect(await second.result).toMatchObject({ exitCode: 0 });

  await serve('second', '--preempt');
  const reading = await runOn('second', (volume) => `cat ${volume}/file; echo mine > ${volume}/second`);
  expect(await reading.result).toMatchObject({ exitCode: 0, stdout: 'kept\n' });
  expect(await writing.result).toMatchObject({ exitCode: 9, stdout: 'begun\ncut off\n' });
  expect(first.stderr).toMatch(/^dvdi: warning: volume "data" was taken by agent "second" \(pid \d+ on host /mu);

  const directory = pathOf('store', 'platform1', 'volumes', 'data');
  const free = async () => ((await viewVolume(directory)).cutOff.length === 0 ? true : undefined);
  await waitFor('the first task’s loop device to go', free);
  expect(await viewVolume(directory)).toEqual({ mountpoints: [], devices: [], cutOff: [] });
  const again = await runOn('first', (volume) => `cat ${volume}/second`);
  expect(await again.result).toMatchObject({ exitCode: 0, stdout: 'mine\n' });
  expect(JSON.parse(readFileSync(join(directory, 'volume.json'), 'utf8'))).toMatchObject({
    lease: null,
    mountedFor: [],
  });
});

test('--size-max-gib bounds what a volume may ask for', async () => {
  await serve('first', '--size-max-gib', '2');
  const cmd = 'true';
  const app = await writeApp(guard.directory, cmd, { DVDI_VOLUME_OPTS: 'size=3' });
  const { exitCode, stderr } = await dvdi(['run', '--plugin-dir', pathOf('plugins-first'), app]);
  expect(exitCode).toBe(123);
  expect(stderr).toMatch(/expected.*at most 2/);
});
