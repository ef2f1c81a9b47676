import { coverableCodes, coverageOf } from '../../../host/admission/cases/coverage.ts';
import type { Rule } from '../../../host/core/documents.ts';
import { loadCoverageCore } from '../../support/core.ts';

let rules: readonly Rule[];

beforeAll(async () => {
  rules = (await loadCoverageCore()).describe().rules;
});

const coverable = (policy: unknown): readonly string[] =>
  coverableCodes(rules, policy === null ? null : Buffer.from(JSON.stringify(policy)));

test('what only a ledger, a checkpoint, a request or a policy can have is not to be covered', () => {
  const codes = coverable(null);
  for (const code of ['volume-in-use', 'options-ignored', 'policy-value', 'request-invalid', 'checkpoint-torn']) {
    expect(rules.some((rule) => rule.code === code)).toBe(true);
    expect(codes).not.toContain(code);
  }
  expect(codes).toContain('path-protected');
});

test.each([
  ['driver-denied', { driversAllowed: ['nfs'] }],
  ['driver-denied', { drivers: { nfs: { allow: false } } }],
  ['volume-name-not-allowed', { volumeNames: [] }],
  ['option-out-of-bounds', { drivers: { nfs: { options: { size: { max: 5 } } } } }],
  ['option-required', { drivers: { nfs: { options: { size: { required: true } } } } }],
  ['path-not-allowed', { containerPaths: ['/data'] }],
  ['exception-expired', { exceptions: [] }],
])('%s is to be covered when the policy can give it', (code, policy) => {
  expect(rules.some((rule) => rule.code === code)).toBe(true);
  expect(coverable({})).not.toContain(code);
  expect(coverable(policy)).toContain(code);
});

test('a rule that the policy turns off is not to be covered', () => {
  expect(coverable({ severity: { 'path-here': 'off', 'path-parent': 'warn' } })).not.toContain('path-here');
  expect(coverable({ severity: { 'path-here': 'off', 'path-parent': 'warn' } })).toContain('path-parent');
});

test('the share is rounded down, and all of nothing is all', () => {
  expect(coverageOf(new Set(['a', 'b', 'c']), new Set(['b', 'c', 'x']))).toEqual({
    covered: ['b', 'c'],
    uncovered: ['a'],
    percent: 66,
  });
  expect(coverageOf(new Set(), new Set()).percent).toBe(100);
});
