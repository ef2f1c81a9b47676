import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** The longest, a load of 100,000 requests, takes half a minute on a quiet machine; past this one hangs. */
const PROCESS_TIMEOUT_MS = 180_000;

/** A process that has ended well. */
export interface Ended {
  readonly stdout: string;
  /** From before it was started until its streams were closed. */
  readonly durationMs: number;
}

/**
 * Runs the Node that runs this, its stdout in a pipe, and waits for its end.
 * @throws {Error} when it fails or takes too long
 */
export async function runNode(words: readonly string[]): Promise<Ended> {
  return runProgram(process.execPath, words);
}

/**
 * The same of any program.
 * @throws {Error} when it fails or takes too long
 */
export async function runProgram(file: string, words: readonly string[]): Promise<Ended> {
  const startMs = performance.now();
  const child = spawn(file, words, { stdio: ['ignore', 'pipe', 'inherit'], timeout: PROCESS_TIMEOUT_MS });
  const [[exitCode, signal], stdout] = await Promise.all([once(child, 'close'), text(child.stdout)]);
  const durationMs = performance.now() - startMs;
  if (exitCode === 0) return { stdout, durationMs };
  throw new Error(`${file} ${words.join(' ')}: expected exit code 0, got ${signal ?? exitCode}`);
}

/** Runs a program of bench/children in a fresh process, and gives the document that it prints. */
export async function measureInChild(
  file: string,
  options: readonly string[] = [],
  words: readonly string[] = [],
): Promise<unknown> {
  const path = fileURLToPath(new URL(`./children/${file}`, import.meta.url));
  return JSON.parse((await runNode([...options, path, ...words])).stdout);
}
