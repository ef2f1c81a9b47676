/**
 * The main job (`make run`): real volumes for the documents of this directory, twice, on this machine.
 *
 * Everything lives in a temporary directory; nothing of the machine's own drivers, sockets or volumes is touched.
 * At the end it looks for what it left behind, and fails if there is anything.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { styleText } from 'node:util';

import { type Finished, runDvdi, startDriver } from './main-job/commands.ts';
import { findLeftovers, readMachineState, watchMounts } from './main-job/leftovers.ts';

const examples = [
  { file: 'two-volumes.json', paths: ['/tmp/dvdi-example'] },
  { file: 'hello-play.json', paths: ['/tmp/ebs-auto'] },
] as const;

const containerPaths = examples.flatMap(({ paths }) => paths);

const driverNames = ['platform1', 'platform2', 'rexray'];

/** What two-volumes.json prints about each volume when it runs for the nth time. */
function evidence(run: number): string[] {
  return ['testing', 'testing2'].map((volume) => `${volume} was mounted here ${run} time(s)`);
}

function heading(text: string): void {
  console.log(`\n${styleText('bold', text)}`);
}

/** A path as a user in this directory would type it. */
function typed(word: string): string {
  const near = relative(process.cwd(), word);
  return word.startsWith('/') && !near.startsWith('..') ? near : word;
}

/** Runs a command line, which is shown first. */
async function step(words: readonly string[], exitCode = 0): Promise<Finished> {
  heading(`$ dvdi ${words.map(typed).join(' ')}`);
  const finished = await runDvdi(words.map(typed));
  if (finished.exitCode !== exitCode) throw new Error(`expected exit code ${exitCode}, got ${finished.exitCode}`);
  return finished;
}

async function runExamples(pluginDirectory: string, stateDirectory: string): Promise<void> {
  await step(['plan', join(import.meta.dirname, 'mistakes.json')], 1);
  for (const { file } of examples) await step(['plan', join(import.meta.dirname, file)]);
  for (const run of [1, 2]) {
    heading(`--- run ${run} of 2 ---`);
    for (const { file, paths } of examples) {
      const document = join(import.meta.dirname, file);
      const endWatch = watchMounts(paths);
      const places = ['--plugin-dir', pluginDirectory, '--state-dir', stateDirectory];
      const { stdout } = await step(['run', ...places, document]).finally(endWatch);
      const seen = endWatch();
      if (seen.length > 0) throw new Error(`expected no mount at ${seen.join(', ')} outside of the task's namespace`);
      const missing = file === 'two-volumes.json' ? evidence(run).filter((line) => !stdout.includes(line)) : [];
      if (missing.length > 0) throw new Error(`expected the task to print "${missing.join('" and "')}"`);
      const kept = paths.filter((path) => existsSync(path));
      if (kept.length > 0) throw new Error(`expected ${kept.join(', ')} to be gone after the task`);
    }
  }
}

async function serveAndRun(directory: string): Promise<void> {
  const names = driverNames.flatMap((name) => ['--name', name]);
  const pluginDirectory = join(directory, 'plugins');
  heading(`$ dvdi driver serve ${names.join(' ')}   (in ${directory})`);
  const driver = await startDriver([...names, '--store', join(directory, 'store'), '--plugin-dir', pluginDirectory]);
  try {
    await runExamples(pluginDirectory, join(directory, 'state'));
  } finally {
    await driver.end();
  }
}

async function main(): Promise<void> {
  if (process.geteuid?.() !== 0) {
    throw new Error(`expected to be root, got user id ${process.geteuid?.()}: it mounts volumes; try: sudo make run`);
  }
  const inTheWay = containerPaths.filter((path) => existsSync(path));
  if (inTheWay.length > 0) throw new Error(`expected no ${inTheWay.join(', ')}; it is in the way of the examples`);
  // Ctrl-C reaches the running `dvdi` as well, which then cleans up; this process goes on to do the same.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

  const before = await readMachineState();
  const directory = await mkdtemp(join(tmpdir(), 'dvdi-run-'));
  const failures: unknown[] = [];
  await serveAndRun(directory).catch((error: unknown) => failures.push(error));
  const leftovers = await findLeftovers(before, directory, [directory, ...containerPaths]);
  // Never with a mount below it: the data of a volume would go with it.
  if (leftovers.length === 0) await rm(directory, { recursive: true });
  failures.push(...leftovers.map((leftover) => new Error(`left behind: ${leftover}`)));
  if (failures.length > 0) throw new AggregateError(failures);
  heading('done: the second run found the data of the first');
  console.log('no container path was ever mounted outside of the namespace of its task');
  console.log('nothing is left: no mount, no loop device, no socket, no process');
}

try {
  await main();
} catch (error) {
  const failures = error instanceof AggregateError ? error.errors : [error];
  for (const failure of failures) console.error(`make run: ${(failure as Error).message}`);
  process.exitCode = 1;
}
