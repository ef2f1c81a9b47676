import type { CommanderError } from 'commander';

import { CliError } from './cli-error.ts';

/** What the parser expected, by its own code for the mistake. */
const expectations: Readonly<Record<string, string>> = {
  'commander.unknownCommand': 'a command',
  'commander.unknownOption': 'an option that the command has',
  'commander.missingArgument': 'all arguments of the command',
  'commander.missingMandatoryOptionValue': 'an option that the command cannot do without',
  'commander.optionMissingArgument': 'a value after the option',
  'commander.invalidArgument': 'a value that fits',
  'commander.excessArguments': 'no more arguments than the command has',
};

/** Of an endless command line the beginning will do. */
const shownLengthMax = 300;

/** The words that call a command, for its `--help`. */
function commandWords(words: readonly string[]): string {
  const [first, second] = words.filter((word) => !word.startsWith('-'));
  if (first === undefined || !/^[a-z]+$/u.test(first)) return 'dvdi';
  return first === 'driver' && second === 'serve' ? 'dvdi driver serve' : `dvdi ${first}`;
}

/**
 * Puts what the parser says about a command line into the form of all our errors.
 * @param words the command line without what follows `--`
 */
export function usageError(error: CommanderError, words: readonly string[]): CliError {
  const [message = '', suggestion] = error.message.replace(/^error: /u, '').split('\n');
  const unknownCommand = error.code === 'commander.unknownCommand';
  const help = `\`${unknownCommand ? 'dvdi' : commandWords(words)} --help\` shows what there is`;
  const near = /Did you mean (?:one of )?(.*)\?\)/u.exec(suggestion ?? '')?.[1];
  return new CliError(message, {
    code: 'cli-usage',
    expected: expectations[error.code] ?? 'a command line as the help shows it',
    got: ['dvdi', ...words].join(' ').slice(0, shownLengthMax),
    advice: near === undefined ? help : `perhaps ${near}; ${help}`,
  });
}
