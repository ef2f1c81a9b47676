import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { ProcessError, type ProcessErrorCode } from './process-error.ts';

/** How long a process group may take to end after SIGTERM before SIGKILL follows. */
export const GRACE_MS = 2_000;

/**
 * How long output is still read after the process itself has exited: a daemon it left behind may hold the pipe open.
 */
const LINGER_MS = 500;

/** How often a process group that was told to end is looked at. */
const GROUP_POLL_MS = 10;

/** The only search path a child ever gets. */
export const MINIMAL_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export interface RunOptions {
  /** Time after which the process group is ended; the run then fails with `process-timeout`. */
  readonly timeoutMs: number;
  /** More than this on stdout ends the process group (`process-output`); stderr is cut there instead. */
  readonly outputMaxBytes: number;
  /** The whole environment of the child; nothing of the caller's is added. Default: a minimal PATH and `LC_ALL=C`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Fds that the child gets as 3, 4, 5 and so on; they stay the caller's to close. */
  readonly fds?: readonly number[];
  /** Ends the process group early: the run then fails with `process-cancelled`. */
  readonly signal?: AbortSignal;
  /** Default: `/`. */
  readonly cwd?: string;
  /** Time from SIGTERM to SIGKILL. Default: `GRACE_MS`. */
  readonly graceMs?: number;
}

/** What a process that exited with 0 left behind. */
export interface RunResult {
  /** Raw bytes: what a foreign program writes need not be UTF-8. */
  readonly stdout: Buffer;
  /** The first `outputMaxBytes` of it. */
  readonly stderr: Buffer;
  readonly durationMs: number;
}

/**
 * Runs a program to its end: no shell, argv as given, a clean environment, stdin empty, output capped. The child leads
 * its own process group, and SIGTERM, then SIGKILL, reach all of it; it is reaped in every case. What it left running
 * on purpose (a FUSE daemon) is not touched when it ends well.
 *
 * @param executable absolute path.
 * @throws {ProcessError} when it cannot start, is ended, or exits with another code than 0.
 */
export async function run(executable: string, argv: readonly string[], options: RunOptions): Promise<RunResult> {
  if (!executable.startsWith('/')) {
    throw new TypeError(`expected the absolute path of an executable, got ${JSON.stringify(executable)}`);
  }
  if (options.signal?.aborted) throw neverStarted(executable, options);
  const subprocess = execa(executable, [...argv], {
    cwd: options.cwd ?? '/',
    env: options.env ?? { PATH: MINIMAL_PATH, LC_ALL: 'C' },
    extendEnv: false,
    stdio: ['ignore', 'pipe', 'pipe', ...(options.fds ?? []).map(asStdio)],
    encoding: 'buffer',
    buffer: { stdout: true, stderr: false },
    maxBuffer: options.outputMaxBytes,
    stripFinalNewline: false,
    timeout: options.timeoutMs,
    killDescendants: true,
    forceKillAfterDelay: options.graceMs ?? GRACE_MS,
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
    reject: false,
  });
  const stderr = collectHead(subprocess.stderr, options.outputMaxBytes);
  const linger = closeAfterExit(subprocess.nodeChildProcess);
  const result = await subprocess;
  clearTimeout(linger.timer);
  const wasEnded = result.timedOut || result.isCanceled || result.isMaxBuffer;
  if (wasEnded && subprocess.pid !== undefined) {
    await endGroup(subprocess.pid, options.graceMs ?? GRACE_MS);
  }
  const stdout = Buffer.from(result.stdout ?? []);
  if (!result.failed) {
    return { stdout, stderr: stderr(), durationMs: result.durationMs };
  }
  throw new ProcessError({
    code: failureCode(result),
    executable,
    timeoutMs: options.timeoutMs,
    outputMaxBytes: options.outputMaxBytes,
    exitCode: result.exitCode ?? null,
    signal: result.signal ?? null,
    errno: result.code ?? null,
    hasStarted: subprocess.pid !== undefined,
    stdout,
    stderr: stderr(),
    durationMs: result.durationMs,
  });
}

interface Failure {
  readonly timedOut: boolean;
  readonly isCanceled: boolean;
  readonly isMaxBuffer: boolean;
  readonly exitCode?: number;
  readonly signal?: string;
}

function failureCode(result: Failure): ProcessErrorCode {
  if (result.timedOut) return 'process-timeout';
  if (result.isCanceled) return 'process-cancelled';
  if (result.isMaxBuffer) return 'process-output';
  if (result.signal !== undefined) return 'process-signal';
  if (result.exitCode !== undefined) return 'process-exit';
  return 'process-start';
}

function neverStarted(executable: string, options: RunOptions): ProcessError {
  return new ProcessError({
    code: 'process-cancelled',
    executable,
    timeoutMs: options.timeoutMs,
    outputMaxBytes: options.outputMaxBytes,
    exitCode: null,
    signal: null,
    errno: null,
    hasStarted: false,
    stdout: Buffer.alloc(0),
    stderr: Buffer.alloc(0),
    durationMs: 0,
  });
}

/** execa hands any fd number to spawn as it is; its types know `inherit` for it but no number past 2. */
function asStdio(fd: number): 'inherit' {
  return fd as unknown as 'inherit';
}

/** Reads a stream to its end and keeps the head of it, so that a chatty child neither blocks nor fills the memory. */
function collectHead(stream: NodeJS.ReadableStream, maxBytes: number): () => Buffer {
  const chunks: Buffer[] = [];
  let room = maxBytes;
  stream.on('data', (chunk: Buffer) => {
    if (room <= 0) return;
    const kept = chunk.subarray(0, room);
    chunks.push(kept);
    room -= kept.length;
  });
  return () => Buffer.concat(chunks);
}

/** Stops reading some time after the exit: the pipe's other end may live on in a daemon for ever. */
function closeAfterExit(child: ChildProcess): { timer: NodeJS.Timeout | undefined } {
  const linger: { timer: NodeJS.Timeout | undefined } = { timer: undefined };
  child.once('exit', () => {
    linger.timer = setTimeout(() => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, LINGER_MS);
  });
  return linger;
}

/**
 * Waits until nobody of an ended process group is left, and sends SIGKILL when the grace is over. The leader is reaped
 * by now; the kernel does not give its number away while the group has a member.
 */
async function endGroup(groupId: number, graceMs: number): Promise<void> {
  const deadline = performance.now() + graceMs;
  while (signalGroup(groupId, 0)) {
    if (performance.now() >= deadline) {
      signalGroup(groupId, 'SIGKILL');
      return;
    }
    await delay(GROUP_POLL_MS);
  }
}

/** False when the group has no member. */
function signalGroup(groupId: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-groupId, signal);
  } catch {
    return false;
  }
}
