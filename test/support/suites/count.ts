/** The part of a report that the last line of `make test` is made from: jest's (`--json`), and ctest's put like it. */
export interface RunReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

/** What one suite or one check came to. `reasons` say in words why something counts as failed. */
export interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly reasons: readonly string[];
}

/**
 * Counts one run of a test runner.
 *
 * A suite that could not start counts as one failure, a test that was left out (skipped or still to be written) as one
 * each. A run that ended badly without any of these (a coverage gate, a crash of the runner) counts as one failure,
 * and so does a run in which no test ran: silence is not success.
 *
 * @param suite name for the reasons
 * @param report null when the runner wrote none
 * @param exitCode of the runner; null when it was ended by a signal or the time limit
 */
export function countRun(suite: string, report: RunReport | null, exitCode: number | null): Count {
  if (report === null) {
    return {
      passed: 0,
      failed: 1,
      reasons: [`${suite}: ended without a report (no test file found, or a crash)`],
    };
  }
  const reasons: string[] = [];
  const leftOut = report.numPendingTests + report.numTodoTests;
  let failed = report.numFailedTests + report.numRuntimeErrorTestSuites + leftOut;
  if (report.numFailedTests > 0) reasons.push(`${suite}: ${report.numFailedTests} tests failed`);
  if (report.numRuntimeErrorTestSuites > 0) {
    reasons.push(`${suite}: ${report.numRuntimeErrorTestSuites} test files could not start`);
  }
  if (leftOut > 0) reasons.push(`${suite}: ${leftOut} tests were left out`);
  if (failed === 0 && report.numPassedTests === 0) {
    failed = 1;
    reasons.push(`${suite}: no test ran`);
  } else if (failed === 0 && exitCode !== 0) {
    failed = 1;
    reasons.push(
      `${suite}: every test passed but the run ended with ${exitCode ?? 'a signal'} (coverage gate or crash)`,
    );
  }
  return { passed: report.numPassedTests, failed, reasons };
}

/** Counts a check that is not made of tests (types, lint): nothing when it passed, one failure when not. */
export function countCheck(check: string, exitCode: number | null): Count {
  if (exitCode === 0) return { passed: 0, failed: 0, reasons: [] };
  return { passed: 0, failed: 1, reasons: [`${check}: ended with ${exitCode ?? 'a signal'}`] };
}

/** The sum of several counts. */
export function sum(counts: readonly Count[]): Count {
  let passed = 0;
  let failed = 0;
  const reasons: string[] = [];
  for (const count of counts) {
    passed += count.passed;
    failed += count.failed;
    reasons.push(...count.reasons);
  }
  return { passed, failed, reasons };
}

/** The last line of `make test`. */
export function summaryLine(count: Count): string {
  return `${count.passed} passed, ${count.failed} failed`;
}
