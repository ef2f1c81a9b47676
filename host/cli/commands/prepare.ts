import { Option } from 'commander';

import { type CliCommand, kindOption, type LifecycleOptions, lifecycleOptions } from '../cli-command.ts';
import { openDocument } from '../document-session.ts';

const formats = ['json', 'mesos', 'commands'] as const;

/** What `dvdi prepare` prints: its whole answer, a Mesos `ContainerLaunchInfo`, or the argv lists alone. */
export type PrepareFormat = (typeof formats)[number];

export interface PrepareOptions extends LifecycleOptions {
  readonly kind?: string;
  readonly format: PrepareFormat;
}

/** `dvdi prepare CONTAINER FILE`: mounts what a document asks for, and says what the container's runtime has to do. */
export const prepare: CliCommand<PrepareOptions> = {
  name: 'prepare',
  define: (command) =>
    lifecycleOptions(
      command
        .description('mount what a document asks for, and print what a container runtime needs to start its task')
        .argument('<container>', "the container's id; the same arguments give the same answer again")
        .argument('<file>', 'document: variables, Mesos ContainerConfig or Marathon app; - for standard input'),
    )
      .addOption(kindOption())
      .addOption(new Option('--format <format>', 'what to print on stdout').choices(formats).default('json'))
      .addHelpText(
        'after',
        [
          '',
          'Examples:',
          '  dvdi prepare web-1 app.json',
          '  dvdi prepare --format mesos "$ID" - < container-config.json',
        ].join('\n'),
      ),

  async execute([container = '', file = '-'], options, context) {
    const session = await openDocument(file, options, context);
    const { prepareContainer } = await import('../lifecycle/prepare.ts');
    return prepareContainer({ container, session, options, context });
  },
};
