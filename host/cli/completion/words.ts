import type { Command, Option } from 'commander';

/** What may follow an option or stand as an operand. */
export type Values =
  | { readonly kind: 'none' }
  | { readonly kind: 'file' }
  | { readonly kind: 'directory' }
  | { readonly kind: 'any' }
  | { readonly kind: 'words'; readonly words: readonly string[] };

/** An option as completion scripts see it. */
export interface OptionWords {
  /** For example `--json`, and `-h` where there is one. */
  readonly flags: readonly string[];
  readonly description: string;
  readonly values: Values;
}

/** A command as completion scripts see it. */
export interface CommandWords {
  /** The words that call it: `['driver', 'serve']`; empty for `dvdi` itself. */
  readonly path: readonly string[];
  readonly description: string;
  readonly options: readonly OptionWords[];
  /** Sub-commands as the only one, or what each operand may be, in their order. */
  readonly operands: readonly Values[];
  /** Whether the last operand may be repeated. */
  readonly isVariadic: boolean;
}

function valuesNamed(name: string, choices: readonly string[] | undefined): Values {
  if (choices !== undefined) return { kind: 'words', words: choices };
  if (/file/iu.test(name)) return { kind: 'file' };
  if (/director|store/iu.test(name)) return { kind: 'directory' };
  return { kind: 'any' };
}

function optionWords(option: Option): OptionWords {
  return {
    flags: [option.short, option.long].filter((flag) => flag !== undefined),
    description: option.description,
    values: option.required || option.optional ? valuesNamed(option.flags, option.argChoices) : { kind: 'none' },
  };
}

function operandsOf(command: Command, codes: readonly string[]): readonly Values[] {
  const subcommands = command.commands.map((child) => child.name());
  if (subcommands.length > 0) return [{ kind: 'words', words: subcommands }];
  return command.registeredArguments.map((operand) =>
    operand.name() === 'code' ? { kind: 'words', words: codes } : valuesNamed(operand.name(), operand.argChoices),
  );
}

/** What to offer where a shell does not tell which operand it is: of the first that something is known about. */
export function anyOperand({ operands }: CommandWords): Values {
  return operands.find(({ kind }) => kind !== 'any') ?? operands[0] ?? { kind: 'none' };
}

/**
 * Reads all commands and options out of the parser, so that no completion script can drift from it.
 * @param codes what `explain` can be asked for
 */
export function describeWords(
  command: Command,
  codes: readonly string[],
  path: readonly string[] = [],
): CommandWords[] {
  const own: CommandWords = {
    path,
    description: command.description(),
    options: command.createHelp().visibleOptions(command).map(optionWords),
    operands: operandsOf(command, codes),
    isVariadic: command.registeredArguments.at(-1)?.variadic ?? false,
  };
  const children = command.commands.flatMap((child) => describeWords(child, codes, [...path, child.name()]));
  return [own, ...children];
}

/** The commands one word below another one. */
export function childrenOf(command: CommandWords, commands: readonly CommandWords[]): CommandWords[] {
  return commands.filter(
    (child) =>
      child.path.length === command.path.length + 1 && command.path.every((word, index) => child.path[index] === word),
  );
}
