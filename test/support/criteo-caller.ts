import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type CliResult, type RunningProgram, startProgram } from './cli.ts';

const built = join(import.meta.dirname, '../../build/host/cli');

/** What a call of the module comes to: the process's end, and the files as the module reads them afterwards. */
export interface CriteoResult extends CliResult {
  readonly output: string;
  readonly error: string;
}

/** A call that runs. */
export interface CriteoCall {
  readonly program: RunningProgram;
  readonly result: Promise<CriteoResult>;
}

/** An agent with mesos-command-modules, as far as its executables can see it. */
export interface CriteoCaller {
  start(action: 'prepare' | 'cleanup', input: string): Promise<CriteoCall>;
  call(action: 'prepare' | 'cleanup', input: string): Promise<CriteoResult>;
}

/**
 * Calls the built executables as the module does (CommandRunner.cpp, RunningContext.cpp): argv is three files that it
 * has made, stdin is the first of them.
 */
export function criteoCaller(directory: string, env: Readonly<Record<string, string>>): CriteoCaller {
  let calls = 0;
  async function start(action: 'prepare' | 'cleanup', input: string): Promise<CriteoCall> {
    calls += 1;
    const files = ['input', 'output', 'error'].map((name) => join(directory, `criteo-mesos-${calls}-${name}`));
    const [inputFile = '', outputFile = '', errorFile = ''] = files;
    for (const file of files) await writeFile(file, file === inputFile ? input : '', { mode: 0o600 });
    const program = startProgram(process.execPath, [join(built, `criteo-${action}.js`), ...files], { input, env });
    const result = program.result.then((ended) => ({
      ...ended,
      output: readFileSync(outputFile, 'utf8'),
      error: readFileSync(errorFile, 'utf8'),
    }));
    return { program, result };
  }
  return { start, call: async (action, input) => (await start(action, input)).result };
}
