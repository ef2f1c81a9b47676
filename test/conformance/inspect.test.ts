import type { Core } from '../../host/core/index.ts';
import { loadCoverageCore } from '../support/core.ts';
import { answerTo, codesOf, readInspectCases } from '../support/inspect-case.ts';

const cases = readInspectCases();
let core: Core;

beforeAll(async () => {
  core = await loadCoverageCore();
});

describe.each([...new Set(cases.map(({ topic }) => topic))])('%s', (topic) => {
  const own = cases.filter((one) => one.topic === topic);
  test.each(own.map((one) => [one.name, one] as const))('%s', (_, one) => {
    expect(answerTo(core, one)).toEqual(one.expected);
  });
});

test('each case has a name of its own', () => {
  const names = cases.map(({ topic, name }) => `${topic}/${name}`);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test('each case has its requests and its findings', () => {
  const incomplete = cases.filter(({ input, expected }) => {
    const requests = input === null || (expected.requests ?? expected.requestCount) !== undefined;
    return !requests || (expected.findings ?? expected.findingCounts) === undefined;
  });
  expect(incomplete).toEqual([]);
});

test('a case that comes close to a rule does not break it', () => {
  expect(cases.filter((one) => one.passes.some((code) => codesOf(one).includes(code)))).toEqual([]);
});
