import { Command, Option, type OutputConfiguration } from 'commander';
import { collect, parseSeconds, parseText, parseTruth } from './flag-values.ts';

/** The commands that need a volume driver. */
export type VolumeCommand = 'mount' | 'unmount' | 'create' | 'remove' | 'path' | 'get' | 'list';

/** The flags, as commander hands them over. */
export interface DvdcliFlags {
  readonly volumedriver?: string;
  readonly volumename?: string;
  readonly volumeopts?: readonly string[];
  readonly explicitcreate?: boolean;
  readonly json?: boolean;
  readonly wait: boolean;
  /** Milliseconds. */
  readonly timeout: number;
  readonly pluginDir?: readonly string[];
}

export interface DvdcliHandlers {
  volume(command: VolumeCommand, flags: DvdcliFlags): Promise<void>;
  version(): Promise<void>;
}

/** Limit of a whole command; above what the calls of one mount may take by Docker's limits. */
const TIMEOUT_DEFAULT_MS = 600_000;

interface CommandText {
  readonly name: VolumeCommand;
  readonly summary: string;
  readonly options?: true;
  readonly json?: true;
}

const COMMANDS: readonly CommandText[] = [
  { name: 'mount', summary: 'mount a volume, creating it when it does not exist, and print its path', options: true },
  { name: 'unmount', summary: 'unmount a volume' },
  { name: 'create', summary: 'create a volume', options: true },
  { name: 'remove', summary: 'remove a volume' },
  { name: 'path', summary: 'print the path of a mounted volume', json: true },
  { name: 'get', summary: 'print the name of a volume; fail when it does not exist', json: true },
  { name: 'list', summary: 'print the names of all volumes of a driver, one a line', json: true },
];

/** The command line: the original's commands and flags, and those that are ours. */
export function createProgram(handlers: DvdcliHandlers, output: OutputConfiguration): Command {
  const program = new Command('dvdcli')
    .description('Mounts volumes of Docker volume drivers, without Docker.')
    .option('--volumedriver <driver>', 'volume driver', parseText)
    .option('--volumename <name>', 'volume name', parseText)
    .addOption(
      new Option('--timeout <seconds>', 'limit of the whole command')
        .argParser(parseSeconds)
        .default(TIMEOUT_DEFAULT_MS, String(TIMEOUT_DEFAULT_MS / 1000)),
    )
    .option('--no-wait', 'fail at once when the driver is not there; without it, 15 s are given to it')
    .option(
      '--plugin-dir <directory>',
      'where to look for the driver instead of in Docker’s directories; repeatable',
      collect,
    )
    .configureHelp({ showGlobalOptions: true })
    .configureOutput(output)
    .exitOverride();
  for (const { name, summary, options, json } of COMMANDS) {
    const command = program.command(name).description(summary);
    if (options) command.option('--volumeopts <key=value,...>', 'options of the volume; repeatable', collect);
    if (name === 'mount') {
      command.option('--explicitcreate [true|false]', 'fail when the volume does not exist', parseTruth);
    }
    if (json) command.option('--json', 'print a JSON document');
    command.action(() => handlers.volume(name, command.optsWithGlobals<DvdcliFlags>()));
  }
  program
    .command('version')
    .description('print the version')
    .action(() => handlers.version());
  return program;
}
