import { printableText } from '../../system/printable-text.ts';
import { run } from '../../system/process.ts';
import { ProcessError } from '../../system/process-error.ts';
import { LocalDriverError } from './error.ts';
import { TOOL_OUTPUT_MAX_BYTES } from './limits.ts';
import type { Filesystem } from './options.ts';

/** The programs that the driver runs, each by its absolute path. */
export interface ToolPaths {
  readonly mkfs: Readonly<Record<Filesystem, string>>;
  readonly blkid: string;
  readonly losetup: string;
  readonly mount: string;
  readonly umount: string;
  readonly flock: string;
  readonly rm: string;
  readonly cp: string;
  readonly blockdev: string;
  readonly xfsIo: string;
}

/** Where Debian and its kin have them (util-linux, e2fsprogs, xfsprogs, coreutils). */
export const TOOL_PATHS: ToolPaths = {
  mkfs: { ext4: '/usr/sbin/mkfs.ext4', xfs: '/usr/sbin/mkfs.xfs' },
  blkid: '/usr/sbin/blkid',
  losetup: '/usr/sbin/losetup',
  mount: '/usr/bin/mount',
  umount: '/usr/bin/umount',
  flock: '/usr/bin/flock',
  rm: '/usr/bin/rm',
  cp: '/usr/bin/cp',
  blockdev: '/usr/sbin/blockdev',
  xfsIo: '/usr/sbin/xfs_io',
};

export interface ToolCall {
  /** What the call is for, as it goes on after "could not": `make an ext4 filesystem`. */
  readonly purpose: string;
  readonly timeoutMs: number;
  /** Fds that the program gets as 3 and up. */
  readonly fds?: readonly number[];
  /** Exit codes other than 0 that are an answer and no failure. */
  readonly answers?: readonly number[];
}

/** What a tool said: its exit code, and its stdout without the blanks around it. */
export interface ToolAnswer {
  readonly exitCode: number;
  readonly output: string;
}

/** How much of a tool's complaint goes into a message. */
const COMPLAINT_MAX_LENGTH = 600;

/**
 * Runs one of the tools to its end.
 *
 * @throws {LocalDriverError} `tool-failed` with what the tool said on stderr
 */
export async function runTool(executable: string, argv: readonly string[], call: ToolCall): Promise<ToolAnswer> {
  try {
    const result = await run(executable, argv, {
      timeoutMs: call.timeoutMs,
      outputMaxBytes: TOOL_OUTPUT_MAX_BYTES,
      ...(call.fds === undefined ? {} : { fds: call.fds }),
    });
    return { exitCode: 0, output: result.stdout.toString().trim() };
  } catch (error) {
    if (!(error instanceof ProcessError)) throw error;
    if (error.exitCode !== null && call.answers?.includes(error.exitCode)) {
      return { exitCode: error.exitCode, output: error.stdout.toString().trim() };
    }
    const complaint = printableText(error.stderr.toString().trim(), COMPLAINT_MAX_LENGTH);
    throw new LocalDriverError(
      'tool-failed',
      `could not ${call.purpose}: ${error.message}${complaint === '' ? '' : `; it said: ${complaint}`}`,
      { cause: error },
    );
  }
}
