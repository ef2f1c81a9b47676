import { closeSync, constants, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';

import { CliError } from '../cli-error.ts';

/** The three files by which mesos-command-modules speaks to its executables. */
export interface Exchange extends Disposable {
  /** Reads INPUT: `{"container_id", "container_config"}`. */
  readInput(): Uint8Array;
  /** Puts a text into OUTPUT: a `ContainerLaunchInfo` in JSON. Without one the container needs nothing. */
  writeOutput(text: string): void;
  /** Puts a text into ERROR: Mesos adds it to its own message when the exit code is not 0. */
  writeError(text: string): void;
}

/**
 * The module makes OUTPUT and ERROR in /tmp before the call, and removes them after it: they are opened at once, so
 * that one that has gone since is not made again, and never through a link that somebody put there.
 */
function openAnswer(file: string): number {
  try {
    return openSync(file, constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
  } catch (cause) {
    throw unusable(`${file}: ${(cause as NodeJS.ErrnoException).code ?? String(cause)}`, cause);
  }
}

function unusable(got: string, cause?: unknown): CliError {
  return new CliError('this is no call of mesos-command-modules', {
    code: 'criteo-input',
    expected: 'three files as arguments: INPUT OUTPUT ERROR',
    got,
    advice: 'let the Mesos agent call it; docs/criteo.md shows how to try it by hand',
    cause,
  });
}

function replaceText(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  ftruncateSync(fd, 0);
  for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written, null, written);
}

/**
 * Opens the files of one call.
 * @throws {CliError} `criteo-input`
 */
export function openExchange(words: readonly string[]): Exchange {
  const [input, output, error] = words;
  if (input === undefined || output === undefined || error === undefined || words.length > 3) {
    throw unusable(`${words.length} arguments`);
  }
  const errorFd = openAnswer(error);
  let outputFd: number;
  try {
    outputFd = openAnswer(output);
  } catch (failure) {
    closeSync(errorFd);
    throw failure;
  }
  return {
    readInput() {
      try {
        return readFileSync(input);
      } catch (cause) {
        throw unusable(`${input}: ${(cause as NodeJS.ErrnoException).code ?? String(cause)}`, cause);
      }
    },
    writeOutput: (text) => replaceText(outputFd, text),
    writeError: (text) => replaceText(errorFd, text),
    [Symbol.dispose]() {
      closeSync(outputFd);
      closeSync(errorFd);
    },
  };
}
