import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Count, countRun, type RunReport } from './count.ts';
import { PRIVATE_NAMESPACE, runChild } from './jest-run.ts';

/**
 * Runs the tests in C++ of one build, in a private mount namespace, and counts what came of them.
 *
 * @param preset of host/mesos/CMakePresets.json; it must be built
 * @param reportFile where ctest writes its report, in JUnit's form; an old one is removed first
 */
export async function runCtest(suite: string, preset: string, reportFile: string): Promise<Count> {
  await mkdir(dirname(reportFile), { recursive: true });
  await rm(reportFile, { force: true });
  const argv = [...PRIVATE_NAMESPACE, 'ctest', '--preset', preset, '--output-junit', resolve(reportFile)];
  const exitCode = await runChild(argv, { cwd: 'host/mesos' });
  return countRun(suite, await readReport(reportFile), exitCode);
}

async function readReport(reportFile: string): Promise<RunReport | null> {
  try {
    return parseJunit(await readFile(reportFile, 'utf8'));
  } catch {
    // ctest wrote none, and its own output above says why.
    return null;
  }
}

/**
 * Reads the counts of a report in JUnit's form, from the attributes of its one `testsuite`.
 * @returns null when there is none
 */
export function parseJunit(xml: string): RunReport | null {
  const suite = /<testsuite\s[^>]*>/.exec(xml)?.[0];
  if (suite === undefined) return null;
  const count = (name: string) => Number(new RegExp(`\\s${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  const leftOut = count('disabled') + count('skipped');
  return {
    numPassedTests: count('tests') - count('failures') - leftOut,
    numFailedTests: count('failures'),
    numPendingTests: leftOut,
    numTodoTests: 0,
    numRuntimeErrorTestSuites: 0,
  };
}
