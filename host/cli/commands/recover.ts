import { type CliCommand, type LifecycleOptions, lifecycleOptions } from '../cli-command.ts';

export interface RecoverOptions extends LifecycleOptions {
  readonly running?: string;
  readonly orphans?: string;
  readonly criteo?: string;
  readonly dryRun?: boolean;
}

/** `dvdi recover`: releases what belongs to no container that runs. */
export const recover: CliCommand<RecoverOptions> = {
  name: 'recover',
  define: (command) =>
    lifecycleOptions(
      command
        .description('release the volumes of containers that do not run any more, after a crash or a restart')
        .option(
          '--running <file>',
          'the containers that run: ["id", …] or {"running", "orphans"}; - for standard input',
        )
        .option('--orphans <file>', 'containers that the runtime will clean up soon: ["id", …]')
        .option('--criteo <directory>', "ask a Mesos agent's --runtime_dir instead which containers run")
        .option('--dry-run', 'only say what would be done'),
    ).addHelpText(
      'after',
      [
        '',
        'Examples:',
        '  dvdi recover --dry-run --running running.json',
        '  runc list --quiet | jq --raw-input --null-input "[inputs]" | dvdi recover --running -',
        '  dvdi recover --criteo /var/run/mesos',
      ].join('\n'),
    ),

  async execute(_operands, options, context) {
    const { recoverVolumes } = await import('../lifecycle/recover.ts');
    return recoverVolumes(options, context);
  },
};
