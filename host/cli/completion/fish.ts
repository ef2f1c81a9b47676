import type { CommandWords, OptionWords, Values } from './words.ts';
import { anyOperand, childrenOf } from './words.ts';

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function valueFlags(values: Values): string {
  switch (values.kind) {
    case 'words':
      return ` -x -a ${quoted(values.words.join(' '))}`;
    case 'file':
      return ' -r -F';
    case 'directory':
      return " -x -a '(__fish_complete_directories)'";
    case 'any':
      return ' -x';
    default:
      return '';
  }
}

/** True where exactly this command was typed: its words are there, and none of its sub-commands. */
function condition(command: CommandWords, children: readonly string[]): string {
  if (command.path.length === 0) return '__fish_use_subcommand';
  const seen = command.path.map((word) => `__fish_seen_subcommand_from ${word}`);
  const absent = children.length === 0 ? [] : [`not __fish_seen_subcommand_from ${children.join(' ')}`];
  return [...seen, ...absent].join('; and ');
}

function optionLine(option: OptionWords, when: string): string {
  const flags = option.flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  return (
    `complete -c dvdi -n ${quoted(when)} ${flags.join(' ')}` +
    `${valueFlags(option.values)} -d ${quoted(option.description)}`
  );
}

function commandLines(command: CommandWords, commands: readonly CommandWords[]): string[] {
  const children = childrenOf(command, commands);
  const names = children.map((child) => child.path.at(-1) ?? '');
  const when = condition(command, names);
  const operands =
    children.length > 0
      ? children.map(
          (child) => `complete -c dvdi -n ${quoted(when)} -a ${child.path.at(-1)} -d ${quoted(child.description)}`,
        )
      : anyOperand(command).kind === 'none'
        ? []
        : [`complete -c dvdi -n ${quoted(when)}${valueFlags(anyOperand(command))}`];
  return [...operands, ...command.options.map((option) => optionLine(option, when))];
}

/** Completion for fish: `dvdi completion fish > ~/.config/fish/completions/dvdi.fish`. */
export function fishScript(commands: readonly CommandWords[]): string {
  return [
    '# Completion of dvdi for fish.',
    'complete -c dvdi -f',
    ...commands.flatMap((command) => commandLines(command, commands)),
  ].join('\n');
}
