import { spawn } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Count, countRun, type RunReport } from './count.ts';

/** Longest time a child may take, in milliseconds: ten times what the slowest took when this was written. */
const CHILD_TIMEOUT_MS = 20 * 60_000;

/** jest as argv, to be run by this very Node. ESM in jest needs the flag (facts.md). */
export const JEST = [
  process.execPath,
  '--experimental-vm-modules',
  '--no-warnings',
  'node_modules/jest/bin/jest.js',
] as const;

/** What is put before a command so that its mounts are seen by nobody else and end with it. */
export const PRIVATE_NAMESPACE = ['unshare', '--mount', '--propagation', 'private'] as const;

/** How a child is run. */
export interface ChildOptions {
  readonly cwd?: string;
  /** `inherit` shows the child's output as it comes (the default). */
  readonly output?: 'inherit' | 'ignore';
  readonly timeoutMs?: number;
}

/**
 * Runs a command and waits for its end.
 * A signal that ends this process early (Ctrl-C) ends the child's whole process group first.
 *
 * @returns the exit code; null when a signal or the time limit ended it, or it could not be started
 */
export function runChild(argv: readonly string[], options: ChildOptions = {}): Promise<number | null> {
  const { cwd = process.cwd(), output = 'inherit', timeoutMs = CHILD_TIMEOUT_MS } = options;
  const [command = '', ...rest] = argv;
  return new Promise((resolve) => {
    // A process group of its own, so that the time limit ends jest's workers too.
    const child = spawn(command, rest, { cwd, stdio: ['ignore', output, output], detached: true });
    const end = (signal: NodeJS.Signals) => {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
        process.kill(-child.pid, signal);
    };
    const interrupt = () => end('SIGTERM');
    const timer = setTimeout(() => end('SIGKILL'), timeoutMs);
    const finish = (exitCode: number | null) => {
      clearTimeout(timer);
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
      resolve(exitCode);
    };
    process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
    child.once('error', (error) => {
      process.stderr.write(`${command}: ${error.message}\n`);
      finish(null);
    });
    child.once('exit', (exitCode) => finish(exitCode));
  });
}

/**
 * Runs jest and counts what came of it.
 *
 * @param suite name for the reasons of a failure
 * @param argv the whole jest command without its report options
 * @param reportFile where jest writes its JSON report; an old one is removed first
 */
export async function runJest(
  suite: string,
  argv: readonly string[],
  reportFile: string,
  options: ChildOptions = {},
): Promise<Count> {
  await mkdir(dirname(reportFile), { recursive: true });
  await rm(reportFile, { force: true });
  const exitCode = await runChild([...argv, '--json', `--outputFile=${reportFile}`], options);
  return countRun(suite, await readReport(reportFile), exitCode);
}

async function readReport(reportFile: string): Promise<RunReport | null> {
  try {
    return JSON.parse(await readFile(reportFile, 'utf8')) as RunReport;
  } catch {
    // No report, or half of one: jest crashed, and its own output above says how.
    return null;
  }
}
