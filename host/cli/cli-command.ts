import { resolve } from 'node:path';

import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';

import type { LogLevel } from '../isolator/log/log.ts';
import type { LogChoice } from './command-log.ts';
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

/** Options of the commands that work with the ledger. */
export interface StateOptions extends OutputOptions {
  /** Absolute. */
  readonly stateDir: string;
}

/** Options of the commands that prepare and release. */
export interface LifecycleOptions extends StateOptions, LogChoice {
  readonly policy?: string;
  readonly pluginDir?: readonly string[];
  readonly workDir?: string;
  /** False for `--no-wait`. */
  readonly wait: boolean;
}

/** Where the original kept its checkpoint from 0.4.3 on; on a tmpfs, as a mount does not outlive the boot, either. */
export const stateDirectoryDefault = '/var/run/mesos/isolators/mesos-module-dvdi';

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
    .addOption(policyOption())
    .addOption(kindOption())
    .option('--container <id>', 'container id; without it the one that the document names, or a made-up one');
}

/** `--kind`. */
export function kindOption(): Option {
  return new Option('--kind <kind>', 'kind of the document; without it the kind is detected');
}

/** `--policy`. */
export function policyOption(): Option {
  return new Option('--policy <file>', 'policy in force; without it the built-in defaults');
}

/** Adds `--state-dir`, which the variable DVDI_STATE_DIR sets for all commands. */
export function stateOption(command: Command): Command {
  const option = new Option('--state-dir <directory>', 'where the ledger is').env('DVDI_STATE_DIR');
  return command.addOption(
    option.default(stateDirectoryDefault).argParser((directory: string) => {
      if (directory === '') throw new InvalidArgumentError('expected a directory, got nothing');
      return resolve(directory);
    }),
  );
}

export const logLevels: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'silent'];

/** Adds `--log` and `--log-level`. */
export function logOptions(command: Command): Command {
  return command
    .option('--log <file>', 'append a log of JSON lines to this file; - for standard error')
    .addOption(new Option('--log-level <level>', 'from which level on; info by default').choices(logLevels));
}

/** Adds `--work-dir`, which the variable DVDI_WORK_DIR sets for all commands. */
function workOption(command: Command): Command {
  const title = "the agent's work_dir: a new ledger takes over the checkpoint of the original, 0.3 to 0.4.2, under it";
  return command.addOption(new Option('--work-dir <directory>', title).env('DVDI_WORK_DIR'));
}

/** Adds `--state-dir`, `--work-dir`, `--plugin-dir`, `--no-wait` and those of the log. */
export function driverOptions(command: Command): Command {
  return logOptions(pluginDirectoryOption(workOption(stateOption(command)))).option(
    '--no-wait',
    'fail at once when a driver cannot be reached, instead of trying again for 15 s',
  );
}

/** Adds the options of all commands that prepare and release. */
export function lifecycleOptions(command: Command): Command {
  return driverOptions(outputOptions(command)).addOption(policyOption());
}

/** Adds `--plugin-dir`. */
export function pluginDirectoryOption(command: Command): Command {
  const option = new Option('--plugin-dir <directory>', 'look here for plugin sockets and spec files; repeatable');
  return command.addOption(
    option.argParser((directory: string, previous: readonly string[] | undefined) => [...(previous ?? []), directory]),
  );
}
