import type { CommandWords, OptionWords, Values } from './words.ts';
import { childrenOf } from './words.ts';

/** Descriptions stand in single quotes inside `_arguments` specifications, where brackets and colons mean something. */
function description(text: string): string {
  return text.replace(/[[\]:\\]/gu, (character) => `\\${character}`).replaceAll("'", "'\\''");
}

function action(values: Values): string {
  switch (values.kind) {
    case 'words':
      return `(${values.words.join(' ')})`;
    case 'file':
      return '_files';
    case 'directory':
      return '_files -/';
    default:
      return ' ';
  }
}

function optionLines(option: OptionWords): string[] {
  const value = option.values.kind === 'none' ? '' : `:value:${action(option.values)}`;
  return option.flags.map((flag) => `'*${flag}[${description(option.description)}]${value}'`);
}

function functionName(path: readonly string[]): string {
  return ['_dvdi', ...path].join('_');
}

function leaf(command: CommandWords): string {
  const lastIndex = command.operands.length - 1;
  const operands = command.operands.map((values, index) => {
    const position = command.isVariadic && index === lastIndex ? '*' : String(index + 1);
    return `'${position}:operand:${action(values)}'`;
  });
  const specifications = [...command.options.flatMap(optionLines), ...operands];
  return `${functionName(command.path)}() {\n  _arguments \\\n    ${specifications.join(' \\\n    ')}\n}`;
}

function branch(command: CommandWords, children: readonly CommandWords[]): string {
  const described = children.map((child) => `'${child.path.at(-1)}:${description(child.description)}'`);
  const cases = children.map((child) => `        ${child.path.at(-1)}) ${functionName(child.path)} ;;`);
  return [
    `${functionName(command.path)}() {`,
    '  local context state state_descr line',
    '  typeset -A opt_args',
    `  _arguments -C \\\n    ${command.options.flatMap(optionLines).join(' \\\n    ')} \\`,
    `    '1:command:->command' '*::argument:->argument'`,
    '  case $state in',
    `    command)\n      local -a commands=(${described.join(' ')})\n      _describe command commands ;;`,
    `    argument)\n      case $line[1] in\n${cases.join('\n')}\n      esac ;;`,
    '  esac',
    '}',
  ].join('\n');
}

/**
 * Completion for zsh: put into a directory of `$fpath` as `_dvdi`, or `source <(dvdi completion zsh)` after compinit.
 */
export function zshScript(commands: readonly CommandWords[]): string {
  const functions = commands.map((command) => {
    const children = childrenOf(command, commands);
    return children.length === 0 ? leaf(command) : branch(command, children);
  });
  return [
    '#compdef dvdi',
    ...functions,
    // As an autoloaded file the body is the function itself; sourced, it has to register.
    'if [[ $funcstack[1] == _dvdi ]]; then _dvdi "$@"; else compdef _dvdi dvdi; fi',
  ].join('\n\n');
}
