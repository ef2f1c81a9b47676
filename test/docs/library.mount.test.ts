import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { runProgram } from '../support/cli.ts';
import { guardMounts } from '../support/mount-guard.ts';
import { serveDriver } from '../support/served-driver.ts';

const root = join(import.meta.dirname, '../..');
const guard = guardMounts();

test('the program in docs/library.md runs as it stands', async () => {
  const page = readFileSync(join(root, 'docs/library.md'), 'utf8');
  const program = /^```js\n(?<text>[\s\S]*?)^```$/mu.exec(page)?.groups?.text ?? '';
  expect(program.split('\n').filter((line) => line !== '').length).toBeLessThanOrEqual(12);

  // The program looks where Docker has its sockets; this namespace gets a /run of its own for that.
  const driver = await serveDriver(guard.directory, 'rexray');
  await mkdir('/run', { recursive: true });
  await runProgram('/bin/mount', ['-t', 'tmpfs', 'dvdi-test', '/run']);
  try {
    await mkdir('/run/docker/plugins', { recursive: true });
    await runProgram('/bin/mount', ['--bind', driver.pluginDirectory, '/run/docker/plugins']);
    const result = await runProgram(process.execPath, ['--input-type=module', '--eval', program], { cwd: root });
    expect(result.exitCode).toBe(0);
    expect(result.stdout).toContain('/tmp/ebs-auto');
    expect(result.stdout).toContain('{ exitCode: 0, signal: null }');
    expect(result.stderr).toMatch(/^step-done mountVolume$/mu);
    expect(result.stderr).toMatch(/^step-done unmountVolume$/mu);
  } finally {
    await runProgram('/bin/umount', ['--recursive', '/run']);
    await driver.end();
  }
}, 60_000);
