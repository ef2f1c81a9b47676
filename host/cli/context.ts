import type { Readable } from 'node:stream';
import type { WriteStream } from 'node:tty';
import type { Palette } from '../system/palette.ts';
import { createPalette } from '../system/palette.ts';

/** Where a command writes to, and what the reader at the other end can show. */
export interface Output {
  readonly stream: NodeJS.WritableStream;
  /** True when a person reads along: lines may then be redrawn. */
  readonly terminal: boolean;
  readonly palette: Palette;
  /** Width in columns; 100 where nobody says. */
  readonly columns: number;
  /** Writes one text and a line feed. */
  line(text: string): void;
}

/** Everything of the outside world that a command touches, so that none of it is reached for in passing. */
export interface Context {
  readonly stdin: Readable;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const columnsWithoutTerminal = 100;

/**
 * Wraps a stream of the process.
 *
 * Colours need a terminal that has them; NO_COLOR (any value but the empty one), TERM=dumb and FORCE_COLOR are heard,
 * as Node itself reads them. `colors: false` is `--no-color` and always wins.
 */
export function createOutput(stream: NodeJS.WritableStream, colors: boolean): Output {
  const tty = stream as Partial<WriteStream> & NodeJS.WritableStream;
  const colored = colors && tty.isTTY === true && tty.hasColors?.() === true;
  // A terminal without a size (under some CI systems) cannot be redrawn.
  const terminal = tty.isTTY === true && (tty.columns ?? 0) > 0;
  return {
    stream,
    terminal,
    palette: createPalette(colored),
    get columns() {
      return (terminal && tty.columns) || columnsWithoutTerminal;
    },
    line(text: string) {
      stream.write(`${text}\n`);
    },
  };
}

/**
 * The context of the real process. Each stream is made when it is first used: `dvdi plan` never needs stderr, and
 * making a stream takes Node 2 ms; the task of `dvdi run` inherits a stdin that nobody has touched.
 */
export function processContext(colors: boolean): Context {
  let stdout: Output | null = null;
  let stderr: Output | null = null;
  return {
    get stdin() {
      return process.stdin;
    },
    get stdout() {
      stdout ??= createOutput(tolerateClosedReader(process.stdout), colors);
      return stdout;
    },
    get stderr() {
      stderr ??= createOutput(tolerateClosedReader(process.stderr), colors);
      return stderr;
    },
    environment: process.env,
  };
}

/** A reader that goes away early (`dvdi plan x | head -1`) is no failure; anything else on our streams is. */
function tolerateClosedReader(stream: NodeJS.WritableStream): NodeJS.WritableStream {
  return stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
