import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { isAlive, ownProcess } from '../../host/isolator/process-record.ts';

test('this process is alive, and nobody else under its number', () => {
  const own = ownProcess();
  expect(own).toMatchObject({ pid: process.pid, boot: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  expect(isAlive(own)).toBe(true);
  expect(isAlive({ ...own, startTicks: own.startTicks - 1 })).toBe(false);
  expect(isAlive({ ...own, boot: 'another' })).toBe(false);
});

test('a process that has ended is not alive, not even before it is reaped', async () => {
  const child = spawn('/bin/sleep', ['60'], { stdio: 'ignore' });
  const pid = child.pid as number;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const startTicks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  const record = { pid, startTicks, boot: ownProcess().boot };
  expect(isAlive(record)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isAlive(record)).toBe(false);
});
