import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { endMarkedProcesses } from '../../host/system/marked-processes.ts';

function start(line: string, env: Record<string, string>) {
  return spawn('/bin/sh', ['-c', line], { env, stdio: ['ignore', 'pipe', 'ignore'], detached: true });
}

test('all that carry the mark are gone, with what they started; nobody else is touched', async () => {
  const mark = `DVDI_HOLD=${randomUUID()} größe\t体积`;
  const [name = '', value = ''] = mark.split('=');
  // It starts another one in a session of its own, and neither hears SIGTERM.
  const marked = start('trap "" TERM; setsid sleep 60 & echo ready; wait', { [name]: value });
  const other = start('echo ready; exec sleep 60', { [name]: `${value}0` });
  const ended = once(marked, 'exit');
  await Promise.all([once(marked.stdout, 'data'), once(other.stdout, 'data')]);
  expect(await endMarkedProcesses(mark, 10_000)).toEqual([]);
  expect(await ended).toEqual([null, 'SIGKILL']);
  expect(other.exitCode).toBeNull();
  expect(other.signalCode).toBeNull();
  other.kill('SIGKILL');
  await once(other, 'exit');
});

test('nobody carries it: nothing is done', async () => {
  expect(await endMarkedProcesses(`DVDI_HOLD=${randomUUID()}`, 0)).toEqual([]);
});

test('who is left when the time is over is told', async () => {
  const value = randomUUID();
  const marked = start('echo ready; exec sleep 60', { DVDI_HOLD: value });
  await once(marked.stdout, 'data');
  expect(await endMarkedProcesses(`DVDI_HOLD=${value}`, -1)).toEqual([marked.pid]);
  marked.kill('SIGKILL');
  await once(marked, 'exit');
});
