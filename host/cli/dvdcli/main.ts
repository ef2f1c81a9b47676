import { CommanderError } from 'commander';
import { DriverError } from '../../driver/volume-driver.ts';
import { printableJson, printableLines, printableText } from '../../system/printable-text.ts';
import { createLog } from './log.ts';
import { createProgram, type DvdcliFlags, type VolumeCommand } from './program.ts';
import { parseVolumeOptions } from './volume-options.ts';
import { type DvdcliWorld, EXIT_CODES, writeLine } from './world.ts';

/** A command line that is well-formed and yet makes no sense. */
class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Runs one command of dvdcli.
 *
 * stdout has the answer and nothing else, and nothing on a failure; stderr has log lines. What only some commands need
 * is imported when they run: a volume is mounted by a new process each time.
 *
 * @param argv arguments without the names of node and script
 * @returns exit code: 0, 1 for a failure, 2 for a command line that cannot be understood
 */
export async function main(argv: readonly string[], world: DvdcliWorld): Promise<number> {
  const log = createLog(world);
  const program = createProgram(
    {
      volume: (command, flags) => runVolumeCommand(command, flags, world),
      version: async () => {
        const { versionLines } = await import('./version.ts');
        await writeLine(world.stdout, versionLines().join('\n'));
      },
    },
    {
      writeOut: (text) => world.stdout.write(printableLines(text)),
      writeErr: (text) => world.stderr.write(printableLines(text)),
    },
  );
  try {
    await program.parseAsync(argv, { from: 'user' });
    return EXIT_CODES.done;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.done : EXIT_CODES.usage;
    log('error', messageOf(error), fieldsOf(error));
    return error instanceof UsageError ? EXIT_CODES.usage : EXIT_CODES.failed;
  }
}

async function runVolumeCommand(command: VolumeCommand, flags: DvdcliFlags, world: DvdcliWorld): Promise<void> {
  const log = createLog(world);
  const { volumedriver: driver, volumename: name = '' } = flags;
  if (driver === undefined) throw new UsageError('--volumedriver is missing: which volume driver?');
  if (name === '' && command !== 'list') throw new UsageError('--volumename is missing: which volume?');
  const options = readOptions(flags);
  const { performCommand } = await import('./actions.ts');
  const { pluginDirectories } = await import('../plugin-directories.ts');
  const answer = await performCommand(
    {
      command,
      volume: { driver, name: command === 'list' ? '' : name },
      options,
      explicitCreate: flags.explicitcreate ?? false,
      timeoutMs: flags.timeout,
      signal: world.signal,
    },
    {
      wait: flags.wait,
      directories: pluginDirectories(flags.pluginDir),
      notice: (text) => log('warning', text),
    },
  );
  if (answer.log !== null) log('info', answer.log);
  if (flags.json) return writeLine(world.stdout, printableJson(answer.document));
  for (const { kind, text } of answer.lines) {
    // Whoever reads a path by program needs it to the letter; it has no control characters.
    const exact = kind === 'path' && world.stdout.isTTY !== true;
    await writeLine(world.stdout, exact ? text : printableText(text));
  }
}

function readOptions(flags: DvdcliFlags) {
  try {
    return parseVolumeOptions(flags.volumeopts ?? []);
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What a program can make use of in a log line; the original has the volume's name there. */
function fieldsOf(error: unknown): Record<string, string> {
  if (!(error instanceof DriverError)) return {};
  const { code, uncertain, volume } = error;
  return {
    code,
    uncertain: String(uncertain),
    volumeDriver: volume.driver,
    ...(volume.name === '' ? {} : { volumeName: volume.name }),
  };
}
