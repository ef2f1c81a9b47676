import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { packagePath } from '../../host/system/package-path.ts';
import { AgentWorker } from './agent-worker.ts';
import { HarmError, Lane, type Operation, operationOf } from './lane.ts';
import type { Worker, WorkerOptions } from './messages.ts';
import { type Harm, Store } from './store.ts';
import { WorkerProcess } from './worker-process.ts';

const DRIVER_PROGRAM = fileURLToPath(new URL('../support/local-driver-process.ts', import.meta.url));
const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));

/** Whose isolators are killed: the Node host's, one process for a whole task, or `dvdi-agent`, one for each action. */
export type Program = 'node' | 'agent';

/** State directories at a time: one waits for the disk while another one computes. */
const LANES = 3;

const VOLUMES: readonly string[] = ['one', 'two', 'three'];

export interface Outcome {
  readonly kills: Readonly<Record<Operation, number>>;
  /** How many different effects were the last one, all lanes and operations together. */
  readonly moments: number;
  readonly harm: Readonly<Record<Harm, number>>;
  /** What went wrong, in words, with what it takes to see it again. */
  readonly reports: readonly string[];
}

export interface CampaignOptions {
  readonly program: Program;
  readonly seed: number;
  readonly kills: number;
  /** Ends it early, in order. */
  readonly signal: AbortSignal;
}

/**
 * Kills workers until there were `kills`, or until something is wrong.
 * @param directory absolute and empty; what is mounted under it when this fails is the caller's to take away
 */
export async function runCampaign(
  directory: string,
  { program, seed, kills, signal }: CampaignOptions,
): Promise<Outcome> {
  const outcome = {
    kills: { prepare: 0, cleanup: 0, recover: 0 },
    harm: { leaked: 0, lost: 0, 'wrongly unmounted': 0, failed: 0 },
    reports: [] as string[],
  };
  const moments = new Set<string>();
  const drivers = Array.from({ length: LANES }, (_, index) => `lane${index}`);
  const sockets = join(directory, 'sockets');
  const start = await starterOf(program, directory);
  const local = await serveDrivers({ store: join(directory, 'store'), names: drivers, socketDirectory: sockets });
  const isOver = () => signal.aborted || outcome.reports.length > 0 || countOf(outcome.kills) >= kills;
  const live = async (driver: string, index: number) => {
    const store = await Store.make(sockets, driver, VOLUMES);
    const stateDirectory = join(directory, driver, 'state');
    await mkdir(join(directory, driver));
    const worker = { stateDirectory, sockets, core: packagePath('build/dvdi.wasm'), volumes: store.places };
    const paths = join(directory, driver, 'in');
    const startWorker = () => start(worker);
    const lane = new Lane({ seed: seed * LANES + index, driver, startWorker, store, paths });
    let round = 0;
    try {
      for (; !isOver(); round += 1) {
        const killed = await lane.round(operationOf(round));
        if (killed === null) continue;
        outcome.kills[killed.operation] += 1;
        moments.add(`${killed.operation} ${killed.at}`);
      }
      await lane.finish();
    } catch (error) {
      const complaints = error instanceof HarmError ? error.complaints : [{ harm: 'failed' } as const];
      for (const { harm } of complaints) outcome.harm[harm] += 1;
      const message = error instanceof HarmError ? error.message : String((error as Error).stack);
      outcome.reports.push(`seed ${seed}, ${driver}, round ${round}: ${message}\n  ${lane.story.join('\n  ')}`);
    } finally {
      await lane.abandon();
    }
  };
  try {
    await Promise.all(drivers.map(live));
  } finally {
    await local.end();
  }
  return { ...outcome, moments: moments.size };
}

export function countOf(kills: Readonly<Record<Operation, number>>): number {
  return kills.prepare + kills.cleanup + kills.recover;
}

async function starterOf(program: Program, directory: string): Promise<(options: WorkerOptions) => Promise<Worker>> {
  if (program === 'agent') return (options) => AgentWorker.start(options);
  const file = await bundleWorker(join(directory, 'worker.mjs'));
  return (options) => WorkerProcess.start(file, options);
}

/** One file starts four times as fast as its modules do. */
async function bundleWorker(outfile: string): Promise<string> {
  const format = { bundle: true, format: 'esm', platform: 'node', target: 'node24' } as const;
  await build({ entryPoints: [WORKER], outfile, ...format, logLevel: 'warning' });
  return outfile;
}

/** Serves all lanes by one process, which nobody kills. */
async function serveDrivers(options: Record<string, unknown>): Promise<{ end(): Promise<void> }> {
  const argv = ['--no-warnings', DRIVER_PROGRAM, JSON.stringify(options)];
  const child: ChildProcess = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const failed = exited.then(([code]) => {
    throw new Error(`expected a driver that serves, got exit code ${code}`);
  });
  await Promise.race([once(child.stdout as NodeJS.ReadableStream, 'data'), failed]);
  return {
    async end() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
