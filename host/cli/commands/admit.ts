import { Option } from 'commander';

import { type AdmitOptions, outputFormats } from '../admit/admit-options.ts';
import type { CliCommand } from '../cli-command.ts';
import { kindOption, outputOptions, policyOption } from '../cli-command.ts';

/** `--now`. */
export function nowOption(): Option {
  return new Option('--now <time>', "clock that exceptions are judged by, RFC 3339 in UTC; without it the machine's");
}

/** Adds one more value to those of an option that may be given several times. */
export function collect(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), value];
}

/** `dvdi admit FILES…`: whether documents may be submitted, by the rules of the agents that will run them. */
export const admit: CliCommand<AdmitOptions> = {
  name: 'admit',
  define: (command) =>
    outputOptions(
      command
        .description('say of documents, before anybody submits them, what agents would refuse, and mend it')
        .argument('<files...>', 'files of JSON or YAML, folders, quoted patterns; - for standard input')
        .addOption(policyOption())
        .addOption(kindOption())
        .addOption(
          new Option(
            '-o, --output <format[=file]>',
            `${outputFormats.join(', ')}; repeatable; text on standard output by default`,
          ).argParser(collect),
        )
        .option('--fix', 'mend what can be mended mechanically, in the files')
        .option('--dry-run', 'with --fix: print the changes as a patch, and write nothing')
        .addOption(
          new Option('--since <base>', 'only what is new since a git revision, or since a former json or sarif output'),
        )
        .addOption(
          new Option('--fail-on <verdict>', 'from which verdict on the exit code is 1')
            .choices(['warn', 'deny'])
            .default('deny'),
        )
        .addOption(nowOption()),
    ),

  async execute(files, options, context) {
    const { runAdmit } = await import('../admit/run-admit.ts');
    return runAdmit(files, options, context);
  },
};
