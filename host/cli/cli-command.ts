import type { Command } from 'commander';
import { Option } from 'commander';

import type { Context } from './context.ts';

/** One command of `dvdi`: its part of the command line, and what it does. */
export interface CliCommand<Options extends OutputOptions = OutputOptions> {
  /** The words that call it, for example `driver serve`. */
  readonly name: string;
  /** Adds description, arguments and options to the parser. */
  define(command: Command): Command;
  /**
   * Does the work. Heavy modules are imported in here, so that the other commands do not pay for them.
   * @returns the exit code
   */
  execute(operands: readonly (string | undefined)[], options: Options, context: Context): Promise<number>;
}

/** Options that every command has. */
export interface OutputOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  /** False for `--no-color`. */
  readonly color: boolean;
}

/** Options of the commands that read a document. */
export interface DocumentOptions extends OutputOptions {
  readonly policy?: string;
  readonly kind?: string;
  readonly container?: string;
}

/** Adds `--json`, `--quiet` and `--no-color`. */
export function outputOptions(command: Command): Command {
  return command
    .option('--json', 'print one JSON document instead of text')
    .option('--quiet', 'print only what was asked for: no remarks, no progress')
    .option('--no-color', 'no colours, as the variable NO_COLOR has it');
}

/** Adds the argument FILE and the options of commands that read a document. */
export function documentOptions(command: Command): Command {
  return command
    .argument('<file>', 'document: variables, Mesos ContainerConfig or Marathon app; - for standard input')
    .option('--policy <file>', 'policy in force; without it the built-in defaults')
    .option('--kind <kind>', 'kind of the document; without it the kind is detected')
    .option('--container <id>', 'container id; without it the one that the document names, or a made-up one');
}

/** Adds `--plugin-dir`. */
export function pluginDirectoryOption(command: Command): Command {
  const option = new Option('--plugin-dir <directory>', 'look here for plugin sockets and spec files; repeatable');
  return command.addOption(
    option.argParser((directory: string, previous: readonly string[] | undefined) => [...(previous ?? []), directory]),
  );
}
