import { InvalidArgumentError, Option } from 'commander';

import type { CliCommand, OutputOptions } from '../cli-command.ts';
import { outputOptions, policyOption } from '../cli-command.ts';
import { collect, nowOption } from './admit.ts';

export interface TestOptions extends OutputOptions {
  readonly policy?: string;
  /** `FORMAT` or `FORMAT=FILE`, each. */
  readonly output?: readonly string[];
  readonly minCoverage?: number;
  readonly now?: string;
}

function percentage(text: string): number {
  const percent = Number(text);
  if (/^\d{1,3}$/u.test(text) && percent <= 100) return percent;
  throw new InvalidArgumentError('expected a whole number from 0 to 100');
}

/** `dvdi test CASES…`: whether a policy says of documents what it is meant to say. */
export const test: CliCommand<TestOptions> = {
  name: 'test',
  define: (command) =>
    outputOptions(
      command
        .description('run cases: documents with the verdict and findings that a policy is to give them')
        .argument('<files...>', 'folders of NAME.json or NAME.yaml, each with NAME.expect.yaml beside it')
        .addOption(policyOption())
        .addOption(
          new Option(
            '-o, --output <format[=file]>',
            'text, json, tap or junit; repeatable; text on standard output by default',
          ).argParser(collect),
        )
        .addOption(
          new Option(
            '--min-coverage <percent>',
            'how many of the rules that the policy can give must be seen',
          ).argParser(percentage),
        )
        .addOption(nowOption()),
    ),

  async execute(operands, options, context) {
    const { runTest } = await import('../admit/run-test.ts');
    return runTest(operands, options, context);
  },
};
