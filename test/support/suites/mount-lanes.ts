import { globSync } from 'node:fs';
import { type Count, sum } from './count.ts';
import { JEST, PRIVATE_NAMESPACE, runJest } from './jest-run.ts';

/** Files at a time. They wait more than they compute: for disks, drivers and deadlines. */
const LANES = 3;

/** Those that take minutes begin first, so that none of them is left alone at the end. */
const LONG = ['test/crash/', 'test/fault/', 'test/driver/local/', 'test/load/', 'test/conformance/', 'test/cli/'];

/** Files that use the container paths of the examples, of which a machine has one each: they run after all others. */
const ALONE = ['test/examples/main-job.mount.test.ts', 'test/docs/library.mount.test.ts'];

/**
 * Runs the tests with real mounts, each file by a jest of its own in a mount namespace of its own: files see nothing
 * of each other's mounts.
 * @param reports directory of jest's reports
 */
export async function runMounts(reports: string): Promise<Count> {
  const files = globSync('test/**/*.mount.test.ts').sort(longFirst);
  const waiting = files.filter((file) => !ALONE.includes(file));
  const counts: Count[] = [];
  const live = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      counts.push(await runFile(file, reports));
    }
  };
  await Promise.all(Array.from({ length: LANES }, live));
  for (const file of files.filter((each) => ALONE.includes(each))) counts.push(await runFile(file, reports));
  return sum(counts);
}

function runFile(file: string, reports: string): Promise<Count> {
  const argv = [...PRIVATE_NAMESPACE, ...JEST, '--selectProjects', 'mounts', '--ci', '--runTestsByPath', file];
  const report = `${reports}/mounts/${file.replaceAll('/', '-')}.json`;
  return runJest(file, argv, report, { output: 'whole' });
}

function longFirst(one: string, other: string): number {
  return rankOf(one) - rankOf(other) || (one < other ? -1 : 1);
}

/** What is not known to be long comes last. */
function rankOf(file: string): number {
  const rank = LONG.findIndex((prefix) => file.startsWith(prefix));
  return rank === -1 ? LONG.length : rank;
}
