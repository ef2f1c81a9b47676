import { type CliCommand, type LifecycleOptions, lifecycleOptions } from '../cli-command.ts';

export interface ReleaseOptions extends LifecycleOptions {
  readonly all?: boolean;
  readonly due?: boolean;
  readonly forget?: boolean;
}

/** `dvdi release`: tries again to release volumes that nobody uses. */
export const release: CliCommand<ReleaseOptions> = {
  name: 'release',
  define: (command) =>
    lifecycleOptions(
      command
        .description('try again to release volumes that no container uses, after a release failed')
        .argument('[driver]', 'driver of one volume; without it those whose next try is due')
        .argument('[name]', 'its name')
        .option('--due', 'those whose next try is due (the default)')
        .option('--all', 'all that no container uses, whether due or not')
        .option('--forget', 'drop the one volume from the ledger and leave it as it is: it may stay mounted'),
    ).addHelpText(
      'after',
      '\nExamples:\n  dvdi release\n  dvdi release --all\n  dvdi release rexray data\n  dvdi release --forget rexray data',
    ),

  async execute([driver, name], options, context) {
    const { releaseVolumes } = await import('../lifecycle/release.ts');
    return releaseVolumes(driver, name, options, context);
  },
};
