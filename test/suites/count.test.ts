import { countCheck, countRun, type RunReport, sum, summaryLine } from '../support/suites/count.ts';

const report = (fields: Partial<RunReport>): RunReport => ({
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
  ...fields,
});

describe('countRun', () => {
  test('counts a run in which everything passed', () => {
    expect(countRun('unit', report({ numPassedTests: 7 }), 0)).toEqual({ passed: 7, failed: 0, reasons: [] });
  });

  test('counts failed tests, suites that could not start and tests that were left out', () => {
    const fields = {
      numPassedTests: 1,
      numFailedTests: 2,
      numRuntimeErrorTestSuites: 3,
      numPendingTests: 4,
      numTodoTests: 5,
    };
    expect(countRun('unit', report(fields), 1)).toEqual({
      passed: 1,
      failed: 14,
      reasons: ['unit: 2 tests failed', 'unit: 3 test files could not start', 'unit: 9 tests were left out'],
    });
  });

  test.each([
    ['no report', null, 0, 'unit: ended without a report (no test file found, or a crash)'],
    ['no test', report({}), 0, 'unit: no test ran'],
    [
      'a gate',
      report({ numPassedTests: 3 }),
      1,
      'unit: every test passed but the run ended with 1 (coverage gate or crash)',
    ],
    [
      'a signal',
      report({ numPassedTests: 3 }),
      null,
      'unit: every test passed but the run ended with a signal (coverage gate or crash)',
    ],
  ])('counts one failure for %s', (_, given, exitCode, reason) => {
    const count = countRun('unit', given, exitCode);
    expect(count.failed).toBe(1);
    expect(count.reasons).toEqual([reason]);
  });
});

test('a check counts only when it fails', () => {
  expect(countCheck('lint', 0)).toEqual({ passed: 0, failed: 0, reasons: [] });
  expect(countCheck('lint', 2)).toEqual({ passed: 0, failed: 1, reasons: ['lint: ended with 2'] });
  expect(countCheck('lint', null)).toEqual({ passed: 0, failed: 1, reasons: ['lint: ended with a signal'] });
});

test('the sum is one plain line', () => {
  const total = sum([
    { passed: 3, failed: 0, reasons: [] },
    { passed: 4, failed: 2, reasons: ['unit: 2 tests failed'] },
    { passed: 0, failed: 1, reasons: ['lint: ended with 1'] },
  ]);
  expect(total).toEqual({ passed: 7, failed: 3, reasons: ['unit: 2 tests failed', 'lint: ended with 1'] });
  expect(summaryLine(total)).toBe('7 passed, 3 failed');
});
