import { escapeUnprintable } from '../../system/printable-text.ts';
import type { EventListener } from '../isolator-event.ts';
import { type LineLevel, linesOf } from './event-lines.ts';
import { LineFile } from './line-file.ts';
import { plainFields } from './plain-fields.ts';

/** From which level on lines are written; `silent` for none. */
export type LogLevel = LineLevel | 'silent';

export interface LogOptions {
  /**
   * A file, which is made with mode 0600 when it is not there and appended to when it is; or a descriptor, 2 for
   * stderr, which stays the caller's to close.
   */
  readonly destination: string | number;
  /** `info` by default. */
  readonly level?: LogLevel;
  /** Told once when lines begin to be lost, on a full disk for example; a warning of Node by default. */
  readonly onFailure?: (error: unknown) => void;
}

/** A log of JSON lines (docs/logs.md). Nothing of it throws, and a line is in the file when the call returns. */
export interface Log {
  /** For `Isolator.create({ onEvent: log.onEvent })`. */
  readonly onEvent: EventListener;
  /**
   * Writes a line of one's own.
   * @param fields plain data without secrets; a field `error` may be anything that was thrown.
   */
  write(level: LineLevel, event: string, fields?: Readonly<Record<string, unknown>>): void;
  /** What comes after it is left out. */
  close(): void;
}

/**
 * Opens a log. pino is loaded here and not before: who asks for no log does not pay for it.
 * @throws {LogError} when the file cannot be written.
 */
export async function createLog({ destination, level = 'info', onFailure = warn }: LogOptions): Promise<Log> {
  const { default: pino } = await import('pino');
  const lostLine = (count: number) => {
    const time = new Date().toISOString();
    return `${JSON.stringify({ level: 'error', time, pid: process.pid, event: 'lines-lost', count })}\n`;
  };
  const file = new LineFile(destination, { onFailure, lostLine });
  const logger = pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // JSON leaves C1 escapes and bidirectional overrides as they are: no terminal and no editor may obey them.
      hooks: { streamWrite: (line) => `${escapeUnprintable(line.trimEnd())}\n` },
    },
    file,
  );
  const write: Log['write'] = (lineLevel, event, fields = {}) => {
    if (logger.isLevelEnabled(lineLevel)) logger[lineLevel]({ event, ...plainFields(fields) });
  };
  return {
    onEvent: (event) => {
      for (const line of linesOf(event)) write(line.level, line.event, line.fields);
    },
    write,
    close: () => file.close(),
  };
}

function warn(error: unknown): void {
  process.emitWarning(`lines of the log are lost: ${error instanceof Error ? error.message : String(error)}`);
}
