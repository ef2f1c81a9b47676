import { type CliCommand, outputOptions, type StateOptions, stateOption } from '../cli-command.ts';

export interface ListOptions extends StateOptions {
  readonly containers?: boolean;
}

/** `dvdi ls`: what the ledger knows of volumes and containers. */
export const ls: CliCommand<ListOptions> = {
  name: 'ls',
  define: (command) =>
    stateOption(outputOptions(command.description('list the volumes in the ledger: users, mountpoints, states, ages')))
      .option('--containers', 'list the containers, too')
      .addHelpText('after', '\nExamples:\n  dvdi ls --containers\n  dvdi ls --json | jq .volumes'),

  async execute(_operands, options, context) {
    const { listVolumes } = await import('../lifecycle/ls.ts');
    return listVolumes(options, context);
  },
};
