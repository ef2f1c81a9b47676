import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { requireBuiltDvdcli } from '../../support/built-dvdcli.ts';
import { type ScriptedPlugin, startPlugin } from '../../support/scripted-plugin.ts';

let executable: string;
let plugin: ScriptedPlugin;
const reached = Promise.withResolvers<void>();
beforeAll(async () => {
  executable = await requireBuiltDvdcli();
  plugin = await startPlugin('x', {
    'VolumeDriver.Get': { json: { Volume: { Name: 'one' } } },
    'VolumeDriver.Mount': () => {
      reached.resolve();
      return 'hang';
    },
    'VolumeDriver.List': { json: { Volumes: [{ Name: 'one' }] } },
  });
});
afterAll(() => plugin.stop());

function start(...argv: string[]) {
  const env = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` };
  return spawn(executable, [...argv, '--plugin-dir', plugin.directory], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function finish(child: ReturnType<typeof start>) {
  const [out, log, [code, signal]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { out, log, code, signal };
}

test('runs by its own first line', async () => {
  expect(await finish(start('list', '--volumedriver=x'))).toEqual({ out: 'one\n', log: '', code: 0, signal: null });
});

test('version', async () => {
  const { out, code } = await finish(start('version'));
  expect(code).toBe(0);
  expect(out).toMatch(/^Binary: \/.+\nSemVer: \d+\.\d+\.\d+\nOsArch: linux-\S+\nOrigin: mesos-module-dvdi\n$/);
});

test('an unknown flag: exit 2, and help on no output that somebody reads a path from', async () => {
  const result = await finish(start('mount', '--volumedriver=x', '--volumename=one', '--explicitCreate=true'));
  expect(result).toMatchObject({ out: '', code: 2 });
  expect(result.log).toContain('--explicitCreate');
});

test('a signal ends it with 128 + its number, and says that the outcome is unknown', async () => {
  const child = start('mount', '--volumedriver=x', '--volumename=one');
  const finished = finish(child);
  await reached.promise;
  child.kill('SIGTERM');
  const result = await finished;
  expect(result).toMatchObject({ out: '', code: 143, signal: null });
  expect(result.log).toContain('code="driver-timeout" uncertain="true"');
});

test('an answer that nobody takes is a failure', async () => {
  const child = start('list', '--volumedriver=x');
  child.stdout.destroy();
  const [log, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  expect(code).toBe(1);
  expect(log).toContain('EPIPE');
});
