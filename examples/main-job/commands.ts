import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const dvdiPath = fileURLToPath(new URL('../../build/host/cli/dvdi.js', import.meta.url));

/** The driver makes its sockets in milliseconds and ends in as many; past these it hangs. */
const readyTimeoutMs = 20_000;
const endTimeoutMs = 20_000;

/** A finished `dvdi`. */
export interface Finished {
  readonly exitCode: number;
  /** What it, or its task, wrote on stdout; shown already. */
  readonly stdout: string;
}

/** Runs `dvdi` as a user would, with its output shown as it comes. */
export async function runDvdi(words: readonly string[]): Promise<Finished> {
  const child = spawn(process.execPath, [dvdiPath, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    process.stdout.write(text);
  });
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode: exitCode ?? 1, stdout };
}

/** The embedded volume driver in a process of its own. */
export interface RunningDriver {
  readonly pid: number;
  /** Closes its standard input, which ends it, and waits for that. */
  end(): Promise<void>;
}

async function within<T>(timeoutMs: number, what: string, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`expected ${what} within ${timeoutMs / 1000} s`)), timeoutMs);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function ready(child: ChildProcess, exit: Promise<unknown>): Promise<void> {
  if (child.stdout === null) throw new Error('the driver has no stdout');
  const lines = createInterface({ input: child.stdout });
  const ended = exit.then(() => {
    throw new Error('the volume driver ended before it was ready');
  });
  await Promise.race([once(lines, 'line'), ended]);
}

/**
 * Starts the driver and waits for its sockets.
 * @param words what follows `dvdi driver serve`
 */
export async function startDriver(words: readonly string[]): Promise<RunningDriver> {
  const child = spawn(process.execPath, [dvdiPath, 'driver', 'serve', '--quiet', '--until-eof', ...words], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // In a process group of its own: Ctrl-C ends the task, whose volumes the driver is still needed for.
    detached: true,
  });
  const exit = once(child, 'exit');
  try {
    await within(readyTimeoutMs, 'the volume driver to be ready', ready(child, exit));
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return {
    pid: child.pid ?? -1,
    async end() {
      child.stdin.end();
      try {
        await within(endTimeoutMs, 'the volume driver to end', exit);
      } catch (error) {
        child.kill('SIGKILL');
        throw error;
      }
    },
  };
}
