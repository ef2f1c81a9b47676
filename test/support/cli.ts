import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The built command line, as it is installed. */
export const cliPath = join(import.meta.dirname, '../../build/host/cli/dvdi.js');

/** The state directory of each test file that names no other: never that of the machine. */
const stateDirectory = mkdtempSync(join(tmpdir(), 'dvdi-test-state-'));

afterAll(() => rmSync(stateDirectory, { recursive: true }));

export interface CliResult {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  /** What is on standard input; nothing by default. */
  readonly input?: string | Uint8Array;
  readonly cwd?: string;
  /** Added to a small environment without colours or locale. */
  readonly env?: Readonly<Record<string, string>>;
}

const deadlineMs = 30_000;

/** A program that runs. */
export interface RunningProgram {
  readonly pid: number;
  /** What it wrote so far. */
  readonly stdout: string;
  readonly stderr: string;
  readonly result: Promise<CliResult>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts any program; it is killed at the deadline. */
export function startProgram(file: string, argv: readonly string[], options: CliOptions = {}): RunningProgram {
  const child = spawn(file, argv, {
    cwd: options.cwd,
    env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', DVDI_STATE_DIR: stateDirectory, ...options.env },
    stdio: 'pipe',
    timeout: deadlineMs,
    killSignal: 'SIGKILL',
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  child.stdin.on('error', () => {}); // A program that does not read its input closes it early.
  child.stdin.end(options.input ?? '');
  const result = once(child, 'close').then(([exitCode, signal]): CliResult => ({ exitCode, signal, ...output }));
  return {
    pid: child.pid ?? -1,
    get stdout() {
      return output.stdout;
    },
    get stderr() {
      return output.stderr;
    },
    result,
    kill: (signal) => void child.kill(signal),
  };
}

/** Runs any program to its end. */
export async function runProgram(file: string, argv: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return startProgram(file, argv, options).result;
}

/** Starts `dvdi` with arguments, with the Node that runs the tests. */
export function startDvdi(argv: readonly string[], options: CliOptions = {}): RunningProgram {
  return startProgram(process.execPath, [cliPath, ...argv], options);
}

/** Runs `dvdi` with arguments, with the Node that runs the tests. */
export async function dvdi(argv: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return runProgram(process.execPath, [cliPath, ...argv], options);
}

/**
 * Runs `dvdi` on a real pseudo-terminal, made by script(1) of util-linux; what it shows is in `stdout`.
 * @param argv words without blanks or shell syntax: script(1) hands them to a shell
 */
export async function dvdiOnTerminal(argv: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const words = [process.execPath, cliPath, ...argv];
  const unsafe = words.find((word) => !/^[\w./:=,@-]+$/u.test(word));
  if (unsafe !== undefined) throw new TypeError(`expected words without shell syntax, got ${unsafe}`);
  const env = { TERM: 'xterm-256color', ...options.env };
  return runProgram(
    '/usr/bin/script',
    ['--quiet', '--return', '--command', `stty rows 24 columns 120; exec ${words.join(' ')}`, '/dev/null'],
    {
      ...options,
      env,
    },
  );
}
