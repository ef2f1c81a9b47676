import { CommanderError } from 'commander';
import { type Context, processContext } from './context.ts';
import { type ErrorReport, exitCodeOf, reportError } from './error-report.ts';
import { exitCodes, runExitCode } from './exit-codes.ts';
import { createProgram } from './program.ts';
import { printError } from './render/print-error.ts';
import { usageError } from './usage-error.ts';

/** The words before `--`: where options are looked for that are needed even when the command line is wrong. */
function ownWords(words: readonly string[]): readonly string[] {
  const end = words.indexOf('--');
  return end === -1 ? words : words.slice(0, end);
}

/** Prints what failed; the stdout of `dvdi run` is the task's, so its last event goes where its events go. */
function printFailure(
  error: ErrorReport,
  exitCode: number,
  { runs, json }: { runs: boolean; json: boolean },
  context: Context,
): void {
  const result = { event: 'result', exitCode, taskExitCode: null, signal: null, error };
  if (runs && json) context.stderr.line(JSON.stringify(result));
  else printError(error, json, context);
}

/**
 * The whole command line: parses, executes, prints what failed.
 * @param words the arguments after `dvdi`
 * @returns the exit code (docs/cli.md)
 */
export async function main(words: readonly string[]): Promise<number> {
  const own = ownWords(words);
  const context = processContext(!own.includes('--no-color'));
  const runs = own.find((word) => !word.startsWith('-')) === 'run';

  let exitCode: number = exitCodes.ok;
  const program = createProgram(context, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (thrown) {
    // Help that was asked for is thrown too, as an error with exit code 0.
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return exitCodes.ok;
    // `dvdi` alone: its help was printed already, on stderr.
    if (thrown instanceof CommanderError && thrown.code === 'commander.help') return exitCodes.usage;
    const error = thrown instanceof CommanderError ? usageError(thrown, own) : thrown;
    const failed = runs ? runExitCode(exitCodeOf(error)) : exitCodeOf(error);
    printFailure(reportError(error), failed, { runs, json: own.includes('--json') }, context);
    return failed;
  }
}
