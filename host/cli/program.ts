import { Command } from 'commander';

import type { CliCommand, OutputOptions } from './cli-command.ts';
import { admit } from './commands/admit.ts';
import { cleanup } from './commands/cleanup.ts';
import { completion } from './commands/completion.ts';
import { doctor } from './commands/doctor.ts';
import { driverServe } from './commands/driver-serve.ts';
import { explain } from './commands/explain.ts';
import { inspect } from './commands/inspect.ts';
import { ls } from './commands/ls.ts';
import { plan } from './commands/plan.ts';
import { policyExplain } from './commands/policy-explain.ts';
import { policySchema } from './commands/policy-schema.ts';
import { prepare } from './commands/prepare.ts';
import { recover } from './commands/recover.ts';
import { release } from './commands/release.ts';
import { run } from './commands/run.ts';
import { serve } from './commands/serve.ts';
import { test } from './commands/test.ts';
import { version } from './commands/version.ts';
import type { Context } from './context.ts';
import { exitCodeLines } from './exit-codes.ts';
import { installedVersion } from './installation.ts';

const groups: Readonly<Record<string, string>> = {
  driver: 'volume drivers',
  policy: 'the policy: what its fields mean, and its JSON Schema',
};

/** Finds or makes the parser's command for words such as `driver serve`. */
function commandAt(program: Command, name: string): Command {
  return name.split(' ').reduce((parent, word) => {
    const known = parent.commands.find((child) => child.name() === word);
    if (known !== undefined) return known;
    const made = parent.command(word);
    const title = groups[word];
    return title === undefined ? made : made.description(title);
  }, program);
}

function install<Options extends OutputOptions>(
  program: Command,
  command: CliCommand<Options>,
  context: Context,
  finish: (exitCode: number) => void,
): void {
  const parser = command.define(commandAt(program, command.name));
  parser.action(async () => {
    finish(await command.execute(parser.args, parser.opts<Options>(), context));
  });
}

/**
 * The parser with all commands.
 * @param finish takes the exit code of the command that was executed
 */
export function createProgram(context: Context, finish: (exitCode: number) => void): Command {
  const program = new Command('dvdi');
  program
    .description('External volumes for tasks: mounts what a document asks for, runs its task, cleans up.')
    // One line a command: the arguments stand in its own help.
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.stream.write(text),
      writeErr: (text) => context.stderr.stream.write(text),
      // What is wrong with a command line is printed by main(), in the form of all our errors.
      outputError: () => {},
    })
    .version(installedVersion(), '--version', 'print the version')
    .addHelpText('after', `\nExit codes:\n${exitCodeLines.map((line) => `  ${line}`).join('\n')}`);

  install(program, run, context, finish);
  install(program, admit, context, finish);
  install(program, test, context, finish);
  for (const command of [plan, inspect, explain]) install(program, command, context, finish);
  install(program, policyExplain, context, finish);
  install(program, policySchema, context, finish);
  install(program, prepare, context, finish);
  install(program, cleanup, context, finish);
  install(program, recover, context, finish);
  install(program, ls, context, finish);
  install(program, release, context, finish);
  install(program, doctor, context, finish);
  install(program, driverServe, context, finish);
  install(program, serve, context, finish);
  install(program, completion(program), context, finish);
  install(program, version, context, finish);
  return program;
}
