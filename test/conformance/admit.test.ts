import type { Core } from '../../host/core/index.ts';
import { answerToAdmitCase, codesOfAdmitCase, readAdmitCases } from '../support/admit-case.ts';
import { loadCoverageCore } from '../support/core.ts';

const cases = readAdmitCases();
let core: Core;

beforeAll(async () => {
  core = await loadCoverageCore();
});

describe.each([...new Set(cases.map(({ topic }) => topic))])('%s', (topic) => {
  const own = cases.filter((one) => one.topic === topic);
  test.each(own.map((one) => [one.name, one] as const))('%s', (_, one) => {
    expect(answerToAdmitCase(core, one)).toEqual(one.expected);
  });
});

test('each case has a name of its own', () => {
  const names = cases.map(({ topic, name }) => `${topic}/${name}`);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test('a case that comes close to a rule does not break it', () => {
  expect(cases.filter((one) => one.passes.some((code) => codesOfAdmitCase(one).includes(code)))).toEqual([]);
});
