import type { Core } from '../../host/core/index.ts';
import { loadCoverageCore } from '../support/core.ts';

let core: Core;

beforeAll(async () => {
  core = await loadCoverageCore();
});

afterAll(() => core.configure(''));

const document = JSON.stringify({
  id: '/a',
  cmd: 'true',
  env: { DVDI_VOLUME_NAME: 'v', DVDI_VOLUME_CONTAINERPATH: '/tmp/v' },
});

/** Severities by code, of a path that is not allowed but for an exception up to `expires`. */
function severitiesAt(expires: string, now: string | null): Record<string, string> {
  const exceptions = [{ code: 'path-not-allowed', reason: 'r', apps: '/a', expires }];
  expect(core.configure(JSON.stringify({ containerPaths: ['/mnt'], exceptions })).verdict).toBe('allow');
  const { findings } = core.admit({ kind: 3, now }, document);
  const shown = findings.filter(({ code }) => code === 'path-not-allowed' || code === 'exception-expired');
  return Object.fromEntries(shown.map(({ code, severity }) => [code, severity]));
}

const holds = { 'path-not-allowed': 'info' };
const isOver = { 'path-not-allowed': 'error', 'exception-expired': 'info' };

test.each([
  ['2026-06-30', '2026-06-30T00:00:00Z', holds],
  ['2026-06-30', '2026-06-30T23:59:59.999Z', holds],
  ['2026-06-30', '2026-07-01T00:00:00Z', isOver],
  ['2026-06-30', '2025-12-31T23:59:59Z', holds],
  ['2026-06-30', '2027-01-01T00:00:00Z', isOver],
  ['2026-06-30T12:00:00Z', '2026-06-30T11:59:59Z', holds],
  ['2026-06-30T12:00:00Z', '2026-06-30T11:59:59.999Z', holds],
  ['2026-06-30T12:00:00Z', '2026-06-30T12:00:00Z', isOver],
  ['2026-06-30T12:00:00Z', null, { 'path-not-allowed': 'error' }],
])('an exception up to %s at %s', (expires, now, expected) => {
  expect(severitiesAt(expires, now)).toEqual(expected);
});

test.each([
  ['2028-02-29', true],
  ['2000-02-29', true],
  ['2100-02-29', false],
  ['2026-02-29', false],
  ['2026-04-31', false],
  ['2026-12-31', true],
  ['2026-00-10', false],
  ['2026-13-10', false],
  ['2026-01-00', false],
  ['2026-1-1', false],
  ['2026-01-01T23:59:59Z', true],
  ['2026-01-01T24:00:00Z', false],
  ['2026-01-01T00:60:00Z', false],
  ['2026-01-01T00:00:60Z', false],
  ['2026-01-01t00:00:00Z', false],
  ['2026-01-01T00:00:00z', false],
  ['2026-01-01T00:00:00.5Z', false],
  ['2026-01-01T00:00:00+00:00', false],
  ['2026-01-01T00:00:00', false],
])('expires: %s is a day or a time: %s', (expires, isRight) => {
  const { verdict } = core.configure(
    JSON.stringify({ exceptions: [{ code: 'path-not-allowed', reason: 'r', expires }] }),
  );
  expect(verdict).toBe(isRight ? 'allow' : 'deny');
});

test('severity and exceptions do not reach what always holds', () => {
  for (const { code, lowest } of core.describe().rules) {
    const excepted = core.configure(JSON.stringify({ exceptions: [{ code, reason: 'r' }] })).verdict;
    const off = core.configure(JSON.stringify({ severity: { [code]: 'off' } })).verdict;
    expect([code, excepted, off]).toEqual([
      code,
      lowest === 'error' ? 'deny' : 'allow',
      lowest === 'off' ? 'allow' : 'deny',
    ]);
  }
});
