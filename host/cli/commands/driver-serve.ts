import { resolve } from 'node:path';
import type { Readable } from 'node:stream';

import { InvalidArgumentError, Option } from 'commander';

import type { LocalDriver, LocalDriverOptions } from '../../driver/local/local-driver.ts';
import type { Log } from '../../driver/local/log.ts';
import type { CliCommand, OutputOptions } from '../cli-command.ts';
import { logOptions, outputOptions } from '../cli-command.ts';
import type { CommandLog, LogChoice } from '../command-log.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';

interface DriverServeOptions extends OutputOptions, LogChoice {
  readonly name: readonly string[];
  readonly store: string;
  readonly pluginDir: string;
  readonly backing?: 'image' | 'directory';
  readonly defaultSize?: number;
  readonly sizeMaxGib?: number;
  readonly agent?: string;
  readonly preempt?: boolean;
  readonly overwriteOn: 'create' | 'mount';
  readonly untilEof?: boolean;
}

function gibibytes(text: string): number {
  if (!/^[1-9]\d{0,6}$/u.test(text)) throw new InvalidArgumentError('expected a whole number of GiB from 1 on');
  return Number(text);
}

/** Resolves when the process is told to end, or when `stdin` (if any) is closed at the other end. */
function endAsked(stdin: Readable | null): Promise<string> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => done(signal));
    stdin?.once('end', () => done('the end of standard input'));
    stdin?.once('error', () => done('the end of standard input'));
    stdin?.resume();
  });
}

function logTo(context: Context, log: CommandLog, options: DriverServeOptions): Log {
  return ({ level, message }) => {
    log.write(level === 'warning' ? 'warn' : level, 'driver-message', { message });
    if (log.isOnStderr) return;
    if (options.quiet && level === 'info') return;
    context.stderr.line(options.json ? JSON.stringify({ event: 'log', level, message }) : `dvdi: ${level}: ${message}`);
  };
}

function ready(driver: LocalDriver, options: DriverServeOptions, context: Context): void {
  const { sockets, backing, degraded } = driver;
  if (options.json) context.stdout.line(JSON.stringify({ ready: true, sockets, backing, degraded }));
  else
    context.stdout.line(
      `ready: ${Object.keys(sockets).join(', ')} (volumes are ${backing === 'image' ? 'images' : 'directories'})`,
    );
}

/** @param end resolves with what ends it. */
async function serve(
  end: Promise<string>,
  options: DriverServeOptions,
  context: Context,
  log: CommandLog,
): Promise<number> {
  const { startLocalDriver } = await import('../../driver/local/local-driver.ts');
  const settings: LocalDriverOptions = {
    store: resolve(options.store),
    names: options.name,
    socketDirectory: resolve(options.pluginDir),
    overwriteOn: options.overwriteOn,
    log: logTo(context, log, options),
    preempt: options.preempt ?? false,
    ...(options.agent === undefined ? {} : { agent: options.agent }),
    ...(options.sizeMaxGib === undefined ? {} : { sizeMaxGib: options.sizeMaxGib }),
    ...(options.backing === undefined ? {} : { backing: options.backing }),
    ...(options.defaultSize === undefined ? {} : { sizeDefaultGib: options.defaultSize }),
  };
  const driver = await startLocalDriver(settings);
  ready(driver, options, context);
  const reason = await end;
  settings.log?.({ level: 'info', message: `ending because of ${reason}` });
  await driver.close();
  return exitCodes.ok;
}

/** `dvdi driver serve`: the embedded volume driver, until it is told to end. */
export const driverServe: CliCommand<DriverServeOptions> = {
  name: 'driver serve',
  define: (command) =>
    logOptions(
      outputOptions(
        command
          .description('serve the embedded volume driver: ext4 and xfs volumes in sparse files on this machine')
          .addOption(
            new Option('--name <name>', 'driver name to serve; repeatable')
              .argParser((name: string, previous: readonly string[] | undefined) => [...(previous ?? []), name])
              .makeOptionMandatory(),
          )
          .option('--store <directory>', 'where the volumes are kept', '/var/lib/dvdi/volumes')
          .option('--plugin-dir <directory>', 'where the sockets are made', '/run/docker/plugins')
          .addOption(
            new Option(
              '--backing <backing>',
              'what new volumes are; without it images where there are loop devices',
            ).choices(['image', 'directory']),
          )
          .addOption(
            new Option('--default-size <gib>', 'size of a volume that names none, in GiB').argParser(gibibytes),
          )
          .addOption(new Option('--size-max-gib <gib>', 'largest size of a volume, in GiB').argParser(gibibytes))
          .option('--agent <agent>', 'name of the agent that is served; several with names of their own share a store')
          .option('--preempt', 'take a volume from another agent that has it mounted, as if that one were powered off')
          .addOption(
            new Option('--overwrite-on <moment>', 'when a volume with overwritefs=true is emptied')
              .choices(['create', 'mount'])
              .default('create'),
          )
          .option('--until-eof', 'end when standard input is closed, for a program that starts the driver'),
      ),
    ),

  async execute(_operands, options, context) {
    // Heard from before the start on, so that no signal can leave a socket behind.
    const end = endAsked(options.untilEof ? context.stdin : null);
    const { withLog } = await import('../command-log.ts');
    try {
      return await withLog('driver serve', options, context, (log) => serve(end, options, context, log));
    } finally {
      // It is read until its end otherwise, also when nothing could be started.
      context.stdin.destroy();
    }
  },
};
