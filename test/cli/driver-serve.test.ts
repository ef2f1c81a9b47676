import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { cliPath, dvdi } from '../support/cli.ts';

let directory = '';
let child: ChildProcess | null = null;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dvdi-serve-'));
});

afterEach(async () => {
  child?.kill('SIGKILL');
  child = null;
  await rm(directory, { recursive: true, force: true });
});

/** Starts `dvdi driver serve` and gives the first line of its stdout. */
async function serve(...words: readonly string[]): Promise<{ process: ChildProcess; line: string }> {
  const places = ['--store', join(directory, 'store'), '--plugin-dir', join(directory, 'plugins')];
  const argv = [cliPath, 'driver', 'serve', '--quiet', ...places, ...words];
  const started = spawn(process.execPath, argv, { stdio: ['pipe', 'pipe', 'inherit'] });
  child = started;
  const [line] = (await once(createInterface({ input: started.stdout }), 'line')) as [string];
  return { process: started, line };
}

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  'serves under every name until %s, and cleans up',
  async (signal) => {
    const { process: server, line } = await serve('--name', 'platform1', '--name', 'rexray');
    expect(line).toMatch(/^ready: platform1, rexray \(volumes are (images|directories)\)$/u);
    expect((await readdir(join(directory, 'plugins'))).sort()).toEqual(['platform1.sock', 'rexray.sock']);
    const exit = once(server, 'exit');
    server.kill(signal);
    expect(await exit).toEqual([0, null]);
    expect(await readdir(join(directory, 'plugins'))).toEqual([]);
  },
);

test('--until-eof ends with the program that started it', async () => {
  const { process: server } = await serve('--name', 'platform1', '--until-eof');
  const exit = once(server, 'exit');
  server.stdin?.end();
  expect(await exit).toEqual([0, null]);
  expect(existsSync(join(directory, 'plugins/platform1.sock'))).toBe(false);
});

test('without --until-eof a closed standard input does not matter', async () => {
  const { process: server } = await serve('--name', 'platform1');
  server.stdin?.end();
  const doctor = await dvdi(['doctor', '--plugin-dir', join(directory, 'plugins'), '--json']);
  const { checks } = JSON.parse(doctor.stdout) as { checks: { id: string; level: string }[] };
  expect(checks).toContainEqual(expect.objectContaining({ id: 'plugin platform1', level: 'ok' }));
});

test('--json says where the sockets are', async () => {
  const { line } = await serve('--name', 'platform1', '--json', '--backing', 'directory');
  expect(JSON.parse(line)).toEqual({
    ready: true,
    sockets: { platform1: join(directory, 'plugins/platform1.sock') },
    backing: 'directory',
    degraded: null,
  });
});

test('a second server on the same store is refused with a typed error', async () => {
  await serve('--name', 'platform1');
  const places = ['--store', join(directory, 'store'), '--plugin-dir', join(directory, 'other')];
  const { exitCode, stderr } = await dvdi(['driver', 'serve', '--name', 'platform1', ...places]);
  expect(exitCode).toBe(3);
  expect(stderr).toContain('[store-busy]');
  expect(stderr).toContain('dvdi explain store-busy');
});

test('a hostile driver name is refused and not printed raw', async () => {
  const { exitCode, stderr } = await dvdi(['driver', 'serve', '--name', '../\u001b[31m', '--store', directory]);
  expect(exitCode).toBe(3);
  expect(stderr).toContain('[driver-name]');
  expect(stderr).not.toMatch(/[^\P{C}\n]/u);
});
