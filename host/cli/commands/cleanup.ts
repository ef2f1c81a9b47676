import { type CliCommand, type LifecycleOptions, lifecycleOptions } from '../cli-command.ts';

/** `dvdi cleanup CONTAINER`: releases what a container holds. */
export const cleanup: CliCommand<LifecycleOptions> = {
  name: 'cleanup',
  define: (command) =>
    lifecycleOptions(
      command
        .description('release what a container holds; one that is not known is fine')
        .argument('<container>', "the container's id"),
    ).addHelpText('after', '\nExample:\n  dvdi cleanup web-1'),

  async execute([container = ''], options, context) {
    const { cleanUpContainer } = await import('../lifecycle/cleanup.ts');
    return cleanUpContainer(container, options, context);
  },
};
