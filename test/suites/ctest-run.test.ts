import { parseJunit } from '../support/suites/ctest-run.ts';

const suite = (attributes: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="Linux-c++"${attributes}>`;

test('reads what ctest counted', () => {
  expect(parseJunit(suite('\n\ttests="9"\n\tfailures="2"\n\tdisabled="1"\n\tskipped="3"\n\thostname=""'))).toEqual({
    numPassedTests: 3,
    numFailedTests: 2,
    numPendingTests: 4,
    numTodoTests: 0,
    numRuntimeErrorTestSuites: 0,
  });
});

test.each(['', 'no XML', '<testsuites>'])('finds no report in %j', (text) => {
  expect(parseJunit(text)).toBeNull();
});
