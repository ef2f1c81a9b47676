import type { CliCommand, DocumentOptions } from '../cli-command.ts';
import { documentOptions, outputOptions, pluginDirectoryOption } from '../cli-command.ts';

export interface RunOptions extends DocumentOptions {
  readonly pluginDir?: readonly string[];
}

/** `dvdi run FILE`. */
export const run: CliCommand<RunOptions> = {
  name: 'run',
  define: (command) =>
    pluginDirectoryOption(
      outputOptions(documentOptions(command.description('mount what a document asks for, run its task, clean up'))),
    ),
  async execute() {
    throw new Error('not connected');
  },
};
