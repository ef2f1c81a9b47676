import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { guardMounts } from '../support/mount-guard.ts';
import { waitFor } from '../support/wait-for.ts';

const root = join(import.meta.dirname, '../..');
const job = join(root, 'examples/main-job.ts');

const guard = guardMounts();

/**
 * Starts the main job as `make run` does, but in a process group of its own, so that Ctrl-C can be played, and with a
 * place of its own for its directory: one that an earlier run had to leave behind is not this one's.
 */
function start(): { child: ChildProcess; text: () => string } {
  const child = spawn(process.execPath, [job], {
    cwd: root,
    detached: true,
    env: { ...process.env, TMPDIR: guard.directory },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const collect = (chunk: Buffer): void => {
    text += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  return { child, text: () => text };
}

/** Directories of the job that are still there, and container paths of its examples. */
function remains(): string[] {
  const homes = readdirSync(guard.directory).filter((name) => name.startsWith('dvdi-run-'));
  return [...homes, ...['/tmp/dvdi-example', '/tmp/ebs-auto'].filter((path) => existsSync(path))];
}

test('the main job runs all examples twice and leaves nothing', async () => {
  const { child, text } = start();
  const [exitCode] = (await once(child, 'close')) as [number];
  expect({ exitCode, remains: remains(), text: text() }).toMatchObject({ exitCode: 0, remains: [] });
  expect(text()).toContain('testing was mounted here 2 time(s)');
  expect(text()).toContain('nothing is left: no mount, no loop device, no socket, no process');
}, 60_000);

test('Ctrl-C in the middle of a task: everything is taken away, and it says that it failed', async () => {
  const { child, text } = start();
  await waitFor('a volume to be mounted', () => text().includes('dvdi: mount platform1/testing: done') || undefined);
  process.kill(-(child.pid ?? 0), 'SIGINT');
  const [exitCode] = (await once(child, 'close')) as [number];
  expect({ exitCode, remains: remains() }).toEqual({ exitCode: 1, remains: [] });
  expect(text()).toContain('make run: expected exit code 0, got 1');
}, 60_000);
