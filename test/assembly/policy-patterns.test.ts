import fc from 'fast-check';

import type { Core } from '../../host/core/index.ts';
import { loadCoverageCore } from '../support/core.ts';

let core: Core;

beforeAll(async () => {
  core = await loadCoverageCore();
});

afterAll(() => core.configure(''));

/** Whether a name is refused by a policy that allows this pattern alone. */
function matchesName(pattern: string, name: string): boolean {
  const { verdict } = core.configure(
    JSON.stringify({ volumeNames: [{ apps: '/**', names: [pattern] }], characters: 'printable' }),
  );
  expect(verdict).toBe('allow');
  const { findings } = core.inspect(1, JSON.stringify({ DVDI_VOLUME_NAME: name }));
  return !findings.some(({ code }) => code === 'volume-name-not-allowed');
}

/** Whether an app is one of a pattern, for which no name is allowed. */
function matchesApp(pattern: string, id: string): boolean {
  core.configure(JSON.stringify({ volumeNames: [{ apps: pattern, names: [] }] }));
  const { findings } = core.inspect(3, JSON.stringify({ id, cmd: 'true', env: { DVDI_VOLUME_NAME: 'v' } }));
  return findings.some(({ code }) => code === 'volume-name-not-allowed');
}

/** The same by its definition, one step at a time; slow, and plainly right. */
function isGlob(
  pattern: readonly string[],
  text: readonly string[],
  many: string,
  fits: (a: string, b: string) => boolean,
): boolean {
  const [first, ...others] = pattern;
  if (first === undefined) return text.length === 0;
  if (first === many)
    return isGlob(others, text, many, fits) || (text.length > 0 && isGlob(pattern, text.slice(1), many, fits));
  return text[0] !== undefined && fits(first, text[0]) && isGlob(others, text.slice(1), many, fits);
}

function isNameGlob(pattern: string, name: string): boolean {
  return isGlob([...pattern], [...name], '*', (one, other) => one === '?' || one === other);
}

const pattern = fc
  .array(fc.constantFrom('a', 'b', 'é', '*', '?', '.'), { minLength: 1, maxLength: 8 })
  .map((all) => all.join(''));
const text = fc.array(fc.constantFrom('a', 'b', 'é', '.'), { minLength: 1, maxLength: 8 }).map((all) => all.join(''));

test('names match as the definition says', () => {
  const property = fc.property(pattern, text, (glob, name) => matchesName(glob, name) === isNameGlob(glob, name));
  fc.assert(property, { numRuns: 3000, seed: 4 });
});

test('ids match by segment as the definition says', () => {
  const segments = fc.array(fc.constantFrom('a', 'b', 'ab', '*', '**', 'a*', '?', '**a'), {
    minLength: 1,
    maxLength: 5,
  });
  const ids = fc.array(fc.constantFrom('a', 'b', 'ab', 'abb'), { minLength: 1, maxLength: 5 });
  const property = fc.property(segments, ids, (glob, id) => {
    const expected = isGlob(glob, id, '**', isNameGlob);
    expect([glob, id, matchesApp(`/${glob.join('/')}`, `/${id.join('/')}`)]).toEqual([glob, id, expected]);
  });
  fc.assert(property, { numRuns: 3000, seed: 4 });
});

test('hostile patterns take no longer than both lengths multiplied', () => {
  const stars = `${'*a'.repeat(127)}b`;
  const started = process.hrtime.bigint();
  expect(matchesName(stars, 'a'.repeat(255))).toBe(false);
  expect(matchesApp(`/${'**/a/'.repeat(50)}b`, `/${'a/'.repeat(126)}a`)).toBe(false);
  expect(matchesApp(`/${'*a'.repeat(126)}b`, `/${'a'.repeat(250)}`)).toBe(false);
  // By going back to every star, the first alone would take longer than the universe is old.
  expect(Number(process.hrtime.bigint() - started) / 1e6).toBeLessThan(5_000);
});
