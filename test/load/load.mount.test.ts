import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { contentsOf } from '../support/ledger-world.ts';
import { guardMounts, mountLines } from '../support/mount-guard.ts';

const WORKER = fileURLToPath(new URL('../support/load-worker.ts', import.meta.url));
const WORKERS = 8;
const CONTAINERS = 2_000;
const AT_A_TIME = 32;
const VOLUMES = 200;

const guard = guardMounts();
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

async function work(worker: number): Promise<{ code: unknown; err: string }> {
  const numbers = [worker, CONTAINERS / WORKERS, AT_A_TIME / WORKERS, VOLUMES].map(String);
  const argv = ['--no-warnings', WORKER, guard.directory, ...numbers];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'ignore', 'pipe'] });
  children.push(child);
  const [[code], err] = await Promise.all([once(child, 'close'), text(child.stderr)]);
  return { code, err };
}

/** Goes through what was told, in its order, and gives everything that is wrong with it. */
function mistakesIn(lines: readonly string[]): string[] {
  const mistakes: string[] = [];
  const mounted = new Set<string>();
  const users = new Map<string, Set<string>>();
  for (const line of lines) {
    const [act = '', volume = '', container = ''] = line.split(' ');
    const those = users.get(volume) ?? new Set();
    users.set(volume, those);
    if (act === 'mount' && mounted.has(volume)) mistakes.push(`${volume} is mounted twice`);
    if (act === 'mount') mounted.add(volume);
    if (act === 'unmount' && !mounted.delete(volume)) mistakes.push(`${volume} is unmounted, but not mounted`);
    if (act === 'unmount' && those.size > 0) mistakes.push(`${volume} is unmounted under ${[...those].join(' ')}`);
    if (act === 'has' && !mounted.has(volume)) mistakes.push(`${container} has ${volume}, which is not mounted`);
    if (act === 'has') those.add(container);
    if (act === 'gives') those.delete(container);
  }
  return [...mistakes, ...[...mounted].map((volume) => `${volume} stays mounted`)];
}

test('2,000 containers over 200 volumes, 32 at a time, from 8 processes: everything is counted right', async () => {
  const before = await mountLines();
  await mkdir(`${guard.directory}/volumes`);
  const ended = await Promise.all(Array.from({ length: WORKERS }, (_, worker) => work(worker)));
  expect(ended).toEqual(Array.from({ length: WORKERS }, () => ({ code: 0, err: '' })));
  const lines = (await readFile(`${guard.directory}/calls`, 'utf8')).trimEnd().split('\n');
  expect(mistakesIn(lines)).toEqual([]);
  const count = (act: string) => lines.filter((line) => line.startsWith(`${act} `)).length;
  expect({ has: count('has'), gives: count('gives') }).toEqual({ has: 2 * CONTAINERS, gives: 2 * CONTAINERS });
  expect(count('mount')).toBe(count('unmount'));
  expect(await contentsOf(`${guard.directory}/state`)).toEqual([]);
  expect(await readdir(`${guard.directory}/volumes`)).toEqual([]);
  expect(await mountLines()).toEqual(before);
}, 300_000);
