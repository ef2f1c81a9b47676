/**
 * What `make test` runs once everything is built: type check, lint, every jest suite, the tests in C++; then one plain
 * line with the sum.
 * The exit code is 1 when anything failed or nothing ran.
 */
import { type Count, countCheck, sum, summaryLine } from './count.ts';
import { runCtest } from './ctest-run.ts';
import { JEST, PRIVATE_NAMESPACE, runChild, runJest } from './jest-run.ts';
import { missingRequirements, thisMachine } from './requirements.ts';

/** Where the JSON reports go; build/ is never committed. */
const REPORTS = 'build/test';

/** One stage after the other, so that no two of them fight for the cores and the output stays readable. */
async function runStages(): Promise<Count[]> {
  const counts: Count[] = [];
  announce('types');
  counts.push(countCheck('types', await runChild(['npm', 'run', '--silent', 'typecheck'])));
  announce('lint');
  counts.push(countCheck('lint', await runChild(['npm', 'run', '--silent', 'lint'])));
  announce('unit: tests without mounts, with the coverage of assembly/');
  counts.push(
    await runJest('unit', [...JEST, '--selectProjects', 'unit', '--ci', '--coverage'], `${REPORTS}/unit.json`),
  );
  announce('mounts: tests with real mounts, in a private mount namespace');
  counts.push(
    await runJest(
      'mounts',
      [...PRIVATE_NAMESPACE, ...JEST, '--selectProjects', 'mounts', '--ci', '--runInBand'],
      `${REPORTS}/mounts.json`,
    ),
  );
  announce('native: the tests in C++, with the sanitizers and as they are released');
  counts.push(await runCtest('sanitize', 'sanitize', `${REPORTS}/sanitize.xml`));
  counts.push(await runCtest('native', 'release', `${REPORTS}/native.xml`));
  announce('fuzz: a fixed number of inputs for each reader of what others have written');
  counts.push(await runCtest('fuzz', 'fuzz', `${REPORTS}/fuzz.xml`));
  return counts;
}

function announce(stage: string): void {
  process.stdout.write(`\n== ${stage}\n`);
}

const missing = await missingRequirements(thisMachine());
const total =
  missing.length > 0
    ? { passed: 0, failed: missing.length, reasons: missing.map((each) => `make test needs ${each}`) }
    : sum(await runStages());

process.stdout.write('\n');
for (const reason of total.reasons) process.stdout.write(`${reason}\n`);
process.stdout.write(`${summaryLine(total)}\n`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
