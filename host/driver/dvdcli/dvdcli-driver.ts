import { dirname } from 'node:path';
import type { VolumeId } from '../../core/documents.ts';
import { printableText } from '../../system/printable-text.ts';
import { MINIMAL_PATH, type RunResult, run } from '../../system/process.ts';
import { ProcessError } from '../../system/process-error.ts';
import { DriverError, type MountCall, type VolumeCall, type VolumeDriver } from '../volume-driver.ts';
import { readListOutput, readMountOutput, readPathOutput, unmountOutputFault } from './dvdcli-answer.ts';
import {
  listArguments,
  mountArguments,
  needsQuotes,
  type OptionSyntax,
  OWN_VERSION_LINE,
  pathArguments,
  unmountArguments,
} from './dvdcli-arguments.ts';
import { type DvdcliUse, errorOfAbort, errorOfAnswer, errorOfRun } from './dvdcli-failure.ts';

/** A path is at most 4 KiB; what prints more is not answering. */
const OUTPUT_MAX_BYTES = 64 * 1024;

/** Ten thousand volumes with the longest names that Docker's own drivers take. */
const LIST_MAX_BYTES = 4 * 1024 * 1024;

export interface DvdcliDriverOptions {
  /** The whole environment of the executable; by default a PATH and `LC_ALL=C`. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Variables that mark a call, in addition to `env`: when its caller is killed, whoever takes over finds and ends what
   * works on the volume.
   */
  readonly markOf?: (volume: VolumeId) => Readonly<Record<string, string>>;
  /** Time from SIGTERM to SIGKILL when the executable has to be ended. */
  readonly graceMs?: number;
}

/**
 * Mounts, unmounts and finds volumes through an executable with dvdcli's command line, as the original isolator did.
 *
 * Whatever fails after the executable has started leaves the outcome uncertain. Option values are its arguments, as
 * dvdcli has it, and so visible to everybody who may list the machine's processes.
 *
 * @param executable absolute path
 */
export function createDvdcliDriver(executable: string, options: DvdcliDriverOptions = {}): VolumeDriver {
  // The directory of our own node comes first: the dvdcli of this package is a script that asks the PATH for one.
  const plain = options.env ?? { PATH: `${dirname(process.execPath)}:${MINIMAL_PATH}`, LC_ALL: 'C' };

  async function execute(
    argv: readonly string[],
    use: DvdcliUse,
    timeoutMs: number,
    outputMaxBytes = OUTPUT_MAX_BYTES,
  ): Promise<RunResult> {
    const { signal } = use.call;
    if (signal?.aborted) throw errorOfAbort(use);
    try {
      return await run(executable, argv, {
        timeoutMs: Math.max(1, Math.ceil(timeoutMs)),
        outputMaxBytes,
        env: { ...plain, ...options.markOf?.(use.call.volume) },
        ...(options.graceMs === undefined ? {} : { graceMs: options.graceMs }),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      throw error instanceof ProcessError ? errorOfRun(error, use) : error;
    }
  }

  /** Asks who the executable is, but only where it matters to an option. */
  async function optionSyntax(call: MountCall): Promise<OptionSyntax> {
    if (!call.options.some(needsQuotes)) return 'plain';
    const use = { executable, call, operation: 'mount', changes: false } as const;
    const { stdout } = await execute(['version'], use, call.timeoutMs);
    return stdout.toString('utf8').split('\n').includes(OWN_VERSION_LINE) ? 'quoted' : 'plain';
  }

  /** An exit code does not tell a missing volume from storage out of reach; a list without the volume does. */
  async function isUnlisted(call: VolumeCall, timeoutMs: number): Promise<boolean> {
    const use = { executable, call, operation: 'mountpointOf', changes: false } as const;
    const { stdout, stderr } = await execute(listArguments(call), use, timeoutMs, LIST_MAX_BYTES);
    const answer = readListOutput(stdout);
    if ('fault' in answer) throw errorOfAnswer(answer.fault, stderr, use);
    return !answer.names.includes(printableText(call.volume.name));
  }

  return {
    async mount(call) {
      const startMs = performance.now();
      const argv = mountArguments(call, await optionSyntax(call));
      const use = { executable, call, operation: 'mount', changes: true } as const;
      const { stdout, stderr } = await execute(argv, use, call.timeoutMs - (performance.now() - startMs));
      const answer = readMountOutput(stdout);
      if ('fault' in answer) throw errorOfAnswer(answer.fault, stderr, use);
      return answer.mountpoint;
    },
    async unmount(call) {
      const use = { executable, call, operation: 'unmount', changes: true } as const;
      const { stdout, stderr } = await execute(unmountArguments(call), use, call.timeoutMs);
      const fault = unmountOutputFault(stdout);
      if (fault !== null) throw errorOfAnswer(fault, stderr, use);
    },
    async mountpointOf(call) {
      const startMs = performance.now();
      const use = { executable, call, operation: 'mountpointOf', changes: false } as const;
      try {
        const { stdout, stderr } = await execute(pathArguments(call), use, call.timeoutMs);
        const answer = readPathOutput(stdout);
        if ('fault' in answer) throw errorOfAnswer(answer.fault, stderr, use);
        return answer.mountpoint;
      } catch (error) {
        if (!hasFailed(error)) throw error;
        if (await isUnlisted(call, call.timeoutMs - (performance.now() - startMs))) return null;
        throw error;
      }
    },
  };
}

/** Whether dvdcli says that the command failed: 1, in the original for whatever reason. */
function hasFailed(error: unknown): boolean {
  return error instanceof DriverError && error.cause instanceof ProcessError && error.cause.exitCode === 1;
}
