import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { VolumeId } from '../../host/core/documents.ts';
import { endWork, markOfWork } from '../../host/isolator/dead-holder.ts';
import { Isolator } from '../../host/isolator/isolator.ts';
import { volumeKey } from '../../host/isolator/ledger/ledger.ts';
import { SqliteLedger } from '../../host/isolator/ledger/sqlite-ledger.ts';
import { isGone } from '../support/launch.ts';
import { claimOf, newContainer } from '../support/ledger-rows.ts';
import { writeScript } from '../support/script-file.ts';
import { useTemporaryDirectory } from '../support/temporary-directory.ts';
import { waitFor } from '../support/wait-for.ts';

const CHILD = fileURLToPath(new URL('../support/isolator-child.ts', import.meta.url));

const directory = useTemporaryDirectory();

/** A process that works on a volume, or has, in the name of `holder`. */
async function startWork(holder: string, volume: VolumeId): Promise<ChildProcess> {
  const env = markOfWork(holder, volume);
  const child = spawn('/bin/sh', ['-c', 'echo ready; exec sleep 600'], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  return child;
}

test.each([
  ['intended', 'SIGKILL'],
  ['releasing', 'SIGKILL'],
  ['uncertain', 'SIGKILL'],
  ['released', 'SIGKILL'],
  ['mounted', null],
] as const)('of a volume that is %s, what a dead isolator had started for it gets %s', async (state, signal) => {
  const ledger = await SqliteLedger.open({ memory: true });
  const volume = { driver: 'Größe', name: 'One' };
  const mountpoint = state === 'mounted' ? '/mnt/one' : null;
  await ledger.change((rows) => {
    rows.intend(newContainer('c'), [claimOf('c', volume.name, null, volume.driver)]);
    rows.noteVolume(volume, { state, mountpoint, mount: null });
  });
  const holder = randomUUID();
  const child = await startWork(holder, volume);
  const others = await Promise.all([
    startWork(holder, { ...volume, name: 'one' }),
    startWork(holder, { driver: 'other', name: 'One' }),
    startWork(randomUUID(), volume),
  ]);
  try {
    await endWork(ledger, { holder, name: 'container c' });
    await endWork(ledger, { holder, name: 'directories' });
    expect(child.signalCode).toBeNull();
    await endWork(ledger, { holder, name: volumeKey(volume) });
    if (signal !== null) await waitFor('its end', () => child.signalCode ?? undefined);
    expect([child, ...others].map(({ signalCode }) => signalCode)).toEqual([signal, null, null, null]);
  } finally {
    for (const each of [child, ...others]) each.kill('SIGKILL');
    ledger.close();
  }
});

test('whoever takes over from a killed isolator first ends the dvdcli that it has left at work', async () => {
  const started = `${directory.path}/started`;
  // It never ends by itself when it is asked to mount; what it starts is in a session of its own.
  const lines = ['[ "$1" = mount ] || exit 0', 'setsid sleep 600 &', `echo $! $$ > ${started}`, 'wait'];
  const dvdcli = await writeScript(`${directory.path}/dvdcli`, lines);
  const child = spawn(process.execPath, ['--no-warnings', CHILD, directory.path, 'dvdcli', 'c'], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  const pids = await waitFor('dvdcli to be at work', async () => {
    const text = await readFile(started, 'utf8').catch(() => '');
    return text.endsWith('\n') ? text.trim().split(' ').map(Number) : undefined;
  });
  child.kill('SIGKILL');
  await exited;
  expect(pids).toHaveLength(2);
  for (const pid of pids) expect(() => process.kill(pid, 0)).not.toThrow();
  await using isolator = await Isolator.create({
    stateDirectory: `${directory.path}/state`,
    policy: { transport: 'dvdcli', dvdcliPaths: [dvdcli] },
  });
  const { failures, plan } = await isolator.recover({ running: [], orphans: [] });
  expect({ failures, gone: plan.gone }).toEqual({ failures: [], gone: ['c'] });
  for (const pid of pids) await isGone(pid);
  expect(await isolator.list()).toMatchObject({ volumes: [], containers: [] });
}, 30_000);
