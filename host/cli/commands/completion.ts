import type { Command } from 'commander';
import { Argument } from 'commander';

import type { CliCommand } from '../cli-command.ts';
import { exitCodes } from '../exit-codes.ts';

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

/** `dvdi completion SHELL`: a completion script, made from the same parser that reads the command line. */
export function completion(program: Command): CliCommand {
  return {
    name: 'completion',
    define: (command) =>
      command
        .description('print a completion script: source <(dvdi completion bash)')
        .addArgument(new Argument('<shell>', 'the shell to make it for').choices([...shells])),

    async execute([shell], _options, context) {
      const { describeWords } = await import('../completion/words.ts');
      const { completionScript } = await import('../completion/scripts.ts');
      const { loadManual } = await import('../manual.ts');
      const codes = loadManual().map((entry) => entry.code);
      context.stdout.line(completionScript(shell as Shell, describeWords(program, codes)));
      return exitCodes.ok;
    },
  };
}
