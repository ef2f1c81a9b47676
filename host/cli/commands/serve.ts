import { InvalidArgumentError, Option } from 'commander';
import { type CliCommand, logOptions, type OutputOptions, outputOptions, policyOption } from '../cli-command.ts';
import type { LogChoice } from '../command-log.ts';

/** The command line of `dvdi serve`. */
export interface ServeOptions extends OutputOptions, LogChoice {
  readonly listen: string;
  readonly policy?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly clientCa?: string;
  readonly workers?: number;
  readonly queue: number;
  readonly deadlineMs: number;
  readonly mode: 'enforce' | 'monitor';
  readonly monitorRule: readonly string[];
  readonly onFailure: 'closed' | 'open';
  readonly drainNoticeMs: number;
  readonly drainDeadlineMs: number;
  readonly marathon?: string;
  readonly marathonCa?: string;
}

/** A reader of whole numbers between two bounds, both allowed. */
function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/u.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}`);
  };
}

const collect = (word: string, previous: readonly string[]): readonly string[] => [...previous, word];

/** `dvdi serve`: judges documents over HTTP, and stands in front of a Marathon if asked to. */
export const serve: CliCommand<ServeOptions> = {
  name: 'serve',
  define: (command) =>
    logOptions(
      outputOptions(
        command
          .description('serve the admission checker over HTTP, with its page, and in front of a Marathon if asked to')
          .option('--listen <address>', 'HOST:PORT, :PORT for all addresses, or unix:/path', '127.0.0.1:8181')
          .addOption(policyOption())
          .option('--tls-cert <file>', 'serve HTTPS with this certificate, with its chain, in PEM')
          .option('--tls-key <file>', 'the key of the certificate, in PEM')
          .option('--client-ca <file>', 'take only clients with a certificate of these authorities, in PEM')
          .addOption(
            new Option('--workers <count>', 'threads that judge; one for each processor without it').argParser(
              wholeNumber(1, 256),
            ),
          )
          .addOption(
            new Option('--queue <count>', 'documents that may wait for a thread; more are refused with 503')
              .argParser(wholeNumber(0, 65_536))
              .default(256),
          )
          .addOption(
            new Option('--deadline-ms <ms>', 'a thread that takes longer for a document is ended and replaced')
              .argParser(wholeNumber(1, 60_000))
              .default(250),
          )
          .addOption(
            new Option('--mode <mode>', 'monitor: say what is refused, and that it is not to be acted on')
              .choices(['enforce', 'monitor'])
              .default('enforce'),
          )
          .addOption(
            new Option('--monitor-rule <code>', 'only monitor this rule; repeatable').argParser(collect).default([]),
          )
          .addOption(
            new Option('--on-failure <choice>', 'what becomes of a document that cannot be judged')
              .choices(['closed', 'open'])
              .default('closed'),
          )
          .addOption(
            new Option('--drain-notice-ms <ms>', 'after SIGTERM: how long to say "not ready" before listening ends')
              .argParser(wholeNumber(0, 600_000))
              .default(1_000),
          )
          .addOption(
            new Option('--drain-deadline-ms <ms>', 'after that: how long to wait for what has begun')
              .argParser(wholeNumber(0, 600_000))
              .default(10_000),
          )
          .option('--marathon <url>', 'stand in front of this Marathon; own paths then begin with /dvdi/')
          .option('--marathon-ca <file>', 'authorities of the Marathon with https:, in PEM'),
      ),
    ),

  async execute(_operands, options, context) {
    const { serveAdmission } = await import('../serve/serve-admission.ts');
    return serveAdmission(options, context);
  },
};
