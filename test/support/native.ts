import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { type CliOptions, type CliResult, runProgram } from './cli.ts';

const root = join(import.meta.dirname, '../..');

/** A file that `make native` makes. */
function nativePath(relative: string): string {
  const path = join(root, 'build/native', relative);
  if (!existsSync(path)) throw new Error(`expected ${path}, found nothing; run \`make native\``);
  return path;
}

/** Runs the built `dvdi-agent`, as it is installed. */
export async function dvdiAgent(argv: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return runProgram(nativePath('bin/dvdi-agent'), argv, options);
}

/** A call of the C++ host: test/mesos/support/calls.cpp answers it. */
export interface NativeCall {
  /** An export of the core, or `redact`. */
  readonly name: string;
  readonly kind?: number;
  readonly first: Uint8Array | string;
  /** The document, for calls that take one beside a request. */
  readonly second?: Uint8Array | string;
}

const deadlineMs = 60_000;
const answersMaxBytes = 256 * 1024 * 1024;

/** What one C++ host answers to calls in a row. */
export function nativeAnswers(calls: readonly NativeCall[]): Buffer[] {
  const input = calls.flatMap(({ name, kind = 0, first, second = '' }) => {
    const parts = [Buffer.from(first), Buffer.from(second)];
    return [Buffer.from(`${name} ${kind} ${parts[0]?.length} ${parts[1]?.length}\n`), ...parts];
  });
  const { stdout, status, error } = spawnSync(nativePath('release/test/dvdi-test-calls'), {
    input: Buffer.concat(input),
    timeout: deadlineMs,
    maxBuffer: answersMaxBytes,
  });
  if (error !== undefined || status !== 0) throw error ?? new Error(`dvdi-test-calls ended with ${status}`);
  return readAnswers(stdout);
}

/** A line with a length, and as many bytes. */
function readAnswers(output: Buffer): Buffer[] {
  const answers: Buffer[] = [];
  for (let at = 0; at < output.length; ) {
    const lineEnd = output.indexOf('\n', at);
    const end = lineEnd + 1 + Number(output.subarray(at, lineEnd).toString());
    answers.push(output.subarray(lineEnd + 1, end));
    at = end;
  }
  return answers;
}
