import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { guardMounts } from '../support/mount-guard.ts';

guardMounts();

const PROGRAM = fileURLToPath(new URL('run.ts', import.meta.url));

/** What a loaded machine may take; alone it is about a minute and a half. */
const HARNESS_TIMEOUT_MS = 540_000;
/** So that the harness is told to end, and has ended, before jest gives up. */
const RUN_TIMEOUT_MS = 600_000;

/** Of about 90 with the Node host and 60 with the C++ one. */
const MOMENTS_LEAST = 30;

interface Run {
  readonly exitCode: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

/** As a program of its own, since esbuild does not work inside of jest. */
function runHarness(...words: string[]): Promise<Run> {
  const argv = ['--no-warnings', PROGRAM, ...words];
  return new Promise((resolve) => {
    execFile(process.execPath, argv, { timeout: HARNESS_TIMEOUT_MS }, (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}

test.each(['node', 'agent'])(
  '%s: 500 kills leave no mount, lose no volume, and unmount none that is in use',
  async (program) => {
    const { exitCode, stdout, stderr } = await runHarness('--program', program, '--kills', '500');
    const kills = Number(/^(\d+) kills, 0 leaked, 0 lost, 0 wrongly unmounted$/m.exec(stdout)?.[1]);
    expect({ exitCode, stderr, kills: kills >= 500 ? 'enough' : stdout }).toEqual({
      exitCode: 0,
      stderr: '',
      kills: 'enough',
    });
    // All killed at one and the same moment would say little.
    expect(Number(/(\d+) different moments$/m.exec(stdout)?.[1])).toBeGreaterThan(MOMENTS_LEAST);
  },
  RUN_TIMEOUT_MS,
);
