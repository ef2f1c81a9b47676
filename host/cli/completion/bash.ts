import { anyOperand, type CommandWords, type Values } from './words.ts';

/** All words of ours are letters, digits and hyphens; single quotes keep bash from reading anything into them. */
function quoted(words: readonly string[]): string {
  return `'${words.join(' ')}'`;
}

function reply(values: Values): string {
  switch (values.kind) {
    case 'words':
      return `COMPREPLY=($(compgen -W ${quoted(values.words)} -- "$word"))`;
    case 'file':
      return `compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$word")`;
    case 'directory':
      return `compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$word")`;
    default:
      return 'COMPREPLY=()';
  }
}

function commandCase(command: CommandWords): string {
  const valued = command.options.filter((option) => option.values.kind !== 'none');
  const flags = command.options.flatMap((option) => option.flags);
  return [
    `    '${command.path.join(' ')}')`,
    '      case $previous in',
    ...valued.map((option) => `        ${option.flags.join('|')}) ${reply(option.values)}; return ;;`),
    '      esac',
    `      if [[ $word == -* ]]; then COMPREPLY=($(compgen -W ${quoted(flags)} -- "$word")); return; fi`,
    `      ${reply(anyOperand(command))} ;;`,
  ].join('\n');
}

/** Completion for bash, without the package bash-completion: `source <(dvdi completion bash)`. */
export function bashScript(commands: readonly CommandWords[]): string {
  const paths = commands.filter((command) => command.path.length > 0).map((command) => `'${command.path.join(' ')}'`);
  return [
    '# Completion of dvdi for bash. Put into ~/.bashrc: source <(dvdi completion bash)',
    '_dvdi() {',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: bash expands it
    '  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command= candidate index',
    '  COMPREPLY=()',
    '  for ((index = 1; index < COMP_CWORD; index++)); do',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: bash expands it
    '    candidate=${command:+$command }${COMP_WORDS[index]}',
    `    case $candidate in ${paths.join('|')}) command=$candidate ;; esac`,
    '  done',
    '  case $command in',
    ...commands.map(commandCase),
    '  esac',
    '}',
    'complete -F _dvdi dvdi',
  ].join('\n');
}
