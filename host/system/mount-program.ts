import { MountError, type MountErrorCode } from './mount-error.ts';
import { run } from './process.ts';
import { ProcessError } from './process-error.ts';

const MOUNT = '/bin/mount';
const UMOUNT = '/bin/umount';

/** A bind or a remount touches no device. */
const MOUNT_TIMEOUT_MS = 30_000;
const OUTPUT_MAX_BYTES = 65_536;

/** How umount(8) of util-linux ends what it says about EBUSY; its exit code is the same for every refusal. */
const BUSY = /: target is busy\.?$/;

/**
 * Calls mount(8).
 * @param path what the call is about, for texts; what it acts on is in `argv`, by the numbers that `fds` get: 3, 4, …
 * @throws {MountError} `mount-refused`
 */
export async function callMount(path: string, argv: readonly string[], fds: readonly number[]): Promise<void> {
  await call(MOUNT, path, argv, fds, MOUNT_TIMEOUT_MS);
}

/**
 * Calls umount(8).
 * @throws {MountError} `mount-busy` or `mount-refused`
 */
export async function callUmount(
  path: string,
  argv: readonly string[],
  fds: readonly number[],
  timeoutMs: number,
): Promise<void> {
  await call(UMOUNT, path, argv, fds, timeoutMs);
}

async function call(
  executable: string,
  path: string,
  argv: readonly string[],
  fds: readonly number[],
  timeoutMs: number,
): Promise<void> {
  try {
    await run(executable, ['--no-canonicalize', ...argv], { timeoutMs, outputMaxBytes: OUTPUT_MAX_BYTES, fds });
  } catch (error) {
    const said = error instanceof ProcessError ? error.stderr.toString().trim() : '';
    const code: MountErrorCode = executable === UMOUNT && BUSY.test(said) ? 'mount-busy' : 'mount-refused';
    const words = said.split('\n')[0] || String(error);
    throw new MountError(code, path, `expected ${executable} to succeed, it said: ${words}`, error);
  }
}
