import { createRedactor } from '../../system/redaction.ts';
import { processContext } from '../context.ts';
import { exitCodeOf, reportError } from '../error-report.ts';
import { printError } from '../render/print-error.ts';
import { causeOfFailure } from './cause.ts';
import { type Exchange, openExchange } from './exchange.ts';

/** What mesos-command-modules asks for. */
export type CriteoAction = 'prepare' | 'cleanup';

const usage = (action: CriteoAction): string =>
  [
    `Usage: dvdi-criteo-${action} INPUT OUTPUT ERROR`,
    '',
    `Called by a Mesos agent with mesos-command-modules as its isolator_${action}_command.`,
    'It is configured by /etc/dvdi/criteo.json, or by the file that DVDI_CONFIG names: docs/criteo.md.',
  ].join('\n');

/**
 * One call of mesos-command-modules.
 * @param words the arguments: INPUT OUTPUT ERROR
 * @returns the exit code, the same as those of `dvdi`: 0 is the only one that Mesos takes for a success
 */
export async function main(action: CriteoAction, words: readonly string[]): Promise<number> {
  const context = processContext(true);
  if (words.includes('--help')) {
    context.stdout.line(usage(action));
    return 0;
  }
  let exchange: Exchange;
  try {
    exchange = openExchange(words);
  } catch (error) {
    printError(reportError(error), false, context);
    return exitCodeOf(error);
  }
  using opened = exchange;
  try {
    if (action === 'prepare') {
      const { prepareForMesos } = await import('./prepare.ts');
      return await prepareForMesos(opened, context);
    }
    const { cleanUpForMesos } = await import('./cleanup.ts');
    return await cleanUpForMesos(opened, context);
  } catch (error) {
    opened.writeError(causeOfFailure(error, createRedactor()));
    return exitCodeOf(error);
  }
}
