import type { EventListener } from '../isolator/isolator-event.ts';
import type { Log, LogLevel } from '../isolator/log/log.ts';
import { printableText } from '../system/printable-text.ts';
import { CliError } from './cli-error.ts';
import type { Context } from './context.ts';
import { exitCodeOf } from './error-report.ts';
import { installedVersion } from './installation.ts';

/** What the command line, or a configuration, says about the log. */
export interface LogChoice {
  /** A file, or `-` for stderr; no log without it. */
  readonly log?: string;
  readonly logLevel?: LogLevel;
}

/** The log of one command; without `--log` one that writes nothing. */
export interface CommandLog {
  readonly onEvent: EventListener;
  readonly write: Log['write'];
  /** Whether its lines go to stderr, where progress would come between them. */
  readonly isOnStderr: boolean;
}

const silentLog: CommandLog & Pick<Log, 'close'> = { onEvent() {}, write() {}, close() {}, isOnStderr: false };

/** File descriptor of standard error. */
const STDERR = 2;

async function openLog({ log: file, logLevel }: LogChoice, context: Context): Promise<typeof silentLog> {
  if (file === undefined && logLevel === undefined) return silentLog;
  if (file === undefined || file === '') {
    throw new CliError('there is no log that could have a level', {
      code: 'cli-usage',
      expected: '--log FILE beside --log-level, or - for standard error',
      got: `--log-level ${logLevel ?? ''} alone`,
      advice: 'say where the log goes',
    });
  }
  const { createLog } = await import('../isolator/log/log.ts');
  const isOnStderr = file === '-';
  const log = await createLog({
    destination: isOnStderr ? STDERR : file,
    ...(logLevel === undefined ? {} : { level: logLevel }),
    onFailure: (error) =>
      context.stderr.line(`dvdi: warning: lines of the log are lost: ${printableText(String(error))}`),
  });
  return { ...log, isOnStderr };
}

/**
 * Does the work of a command with its log. The log is opened before anything is done, and has the last word: how the
 * command ended.
 * @param command as it stands in the log, for example `prepare`
 * @throws {CliError | LogError} when the log cannot be opened; and whatever `act` throws
 */
export async function withLog(
  command: string,
  choice: LogChoice,
  context: Context,
  act: (log: CommandLog) => Promise<number>,
): Promise<number> {
  const log = await openLog(choice, context);
  const startMs = performance.now();
  const ended = () => ({ command, durationMs: Math.round(performance.now() - startMs) });
  try {
    log.write('debug', 'started', { command, version: installedVersion() });
    const exitCode = await act(log);
    log.write('info', 'ended', { ...ended(), exitCode, error: null });
    return exitCode;
  } catch (error) {
    log.write('error', 'ended', { ...ended(), exitCode: exitCodeOf(error), error });
    throw error;
  } finally {
    log.close();
  }
}
