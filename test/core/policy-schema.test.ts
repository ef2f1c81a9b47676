import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';

import type { Core } from '../../host/core/index.ts';
import { type JsonSchema, policySchema } from '../../host/core/policy-schema.ts';
import { loadCoverageCore } from '../support/core.ts';
import { jsonBlocksOf } from '../support/docs/page.ts';

const root = join(import.meta.dirname, '../..');

let core: Core;
let schema: JsonSchema;
let isValid: (policy: unknown) => boolean;

beforeAll(async () => {
  core = await loadCoverageCore();
  schema = policySchema(core.describe());
  isValid = new Ajv2020({ strict: true, allErrors: true }).compile(schema);
});

afterAll(() => core.configure(''));

/** What docs/policy.md ("The schema") leaves to the core, as the core says it. */
const SEMANTIC = [
  /^expected defaultDriver to be a plain name or a plugin reference/u,
  /^expected dvdcliPaths to be an array with a path/u,
  /^expected an option's policy to be with a min that is not over its max$/u,
  /^expected each key of options to be given once, without regard to case$/u,
  /^expected expires to be a day such as/u,
];

function word<Word>(...words: Word[]): fc.Arbitrary<Word> {
  return fc.constantFrom(...words);
}

const wrong = word<unknown>(null, true, 0, -1, 1.5, '', 'x\n', {}, [], [null], [''], { x: 1 });
const oneIn = <Value>(value: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 12, arbitrary: value as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: wrong });
const path = oneIn(word('/', '/mnt', '/a/..b', '/a/../b', 'a', '//x/', '/x\u0085', '/é'));
const name = oneIn(word('nfs', 'rexray/ebs:latest', 'A b', '..', 'a/../b', 'é'.repeat(100)));
const ids = oneIn(word('/**', '/a/*', 'a', `/${'x'.repeat(254)}`, `/${'x'.repeat(255)}`));
const bound = oneIn(word(0, 1, 9, 999_999_999_999_999, 1e15));
const list = (element: fc.Arbitrary<unknown>) => oneIn(fc.array(element, { maxLength: 3 }));
const partly = (fields: Record<string, fc.Arbitrary<unknown>>) => oneIn(fc.record(fields, { requiredKeys: [] }));
const code = word('path-not-allowed', 'option-required', 'path-protected', 'json-syntax', 'nothing', 'volume-case');
const option = partly({ min: bound, max: bound, required: oneIn(fc.boolean()), oneOf: list(name), other: wrong });
const driver = partly({
  allow: oneIn(fc.boolean()),
  sharing: oneIn(word('allow', 'deny', 'no')),
  transport: oneIn(word('plugin', 'dvdcli', 'no')),
  options: oneIn(fc.dictionary(word('size', 'Size', 'iops'), option, { maxKeys: 2 })),
});
const expires = oneIn(
  word(
    '2026-02-28',
    '2026-02-30',
    '2028-02-29',
    '2026-13-01',
    '2026-1-1',
    '2026-06-30T24:00:00Z',
    '2026-06-30T23:59:59Z',
  ),
);
const policies = partly({
  defaultDriver: name,
  characters: oneIn(word('seed', 'printable', 'all')),
  dvdcliPaths: list(path),
  protectedPaths: list(path),
  mountRoots: list(path),
  containerPaths: list(path),
  sharing: oneIn(word('allow', 'deny', 'no')),
  transport: oneIn(word('plugin', 'dvdcli')),
  drivers: oneIn(fc.dictionary(word('nfs', 'ebs'), driver, { maxKeys: 2 })),
  driversAllowed: list(name),
  volumeNames: list(partly({ apps: ids, names: list(oneIn(word('a-*', 'é'.repeat(127), '?'))), drivers: list(name) })),
  preempt: oneIn(fc.boolean()),
  strict: oneIn(fc.boolean()),
  severity: oneIn(fc.dictionary(code, oneIn(word('off', 'warn', 'error', 'info')), { maxKeys: 2 })),
  exceptions: list(partly({ code: oneIn(code), apps: ids, reason: name, expires })),
  mountTimeoutMs: oneIn(word(1, 3_600_000, 3_600_001)),
  unmountTimeoutMs: oneIn(word(1, 600_000)),
  sandboxDirectory: path,
  secretOptions: list(name),
});

/** One field of a policy, so that it is often right. */
const smallPolicies = fc
  .tuple(policies, fc.nat({ max: 18 }))
  .map(([policy, at]) => Object.fromEntries(Object.entries(policy ?? {}).slice(at, at + 1)));

test('what the schema refuses the core refuses, and the other way round but for what only the core can see', () => {
  let taken = 0;
  const property = fc.property(fc.oneof(policies, smallPolicies), (policy) => {
    const { verdict, findings } = core.configure(JSON.stringify(policy));
    if (verdict !== 'deny') taken += 1;
    if (!isValid(policy)) expect({ policy, verdict }).toEqual({ policy, verdict: 'deny' });
    else expect(findings.filter(({ message }) => !SEMANTIC.some((known) => known.test(message)))).toEqual([]);
  });
  fc.assert(property, { numRuns: 4000, seed: 4 });
  expect(taken).toBeGreaterThan(200);
});

test('every example of the documentation and the example policies are valid', () => {
  const page = readFileSync(join(root, 'docs/policy.md'), 'utf8');
  const examples = jsonBlocksOf(page).map(({ text }) => text);
  for (const text of [...examples, readFileSync(join(root, 'examples/policy.json'), 'utf8')]) {
    expect({ text, valid: isValid(JSON.parse(text)) }).toEqual({ text, valid: true });
  }
});

test.each([
  ['a number that is not written as a whole one', '{"mountTimeoutMs":1e3}'],
  ['a key that stands twice', '{"strict":true,"strict":true}'],
  ['a pattern of 255 characters and more bytes', `{"volumeNames":[{"apps":"/**","names":["${'é'.repeat(255)}"]}]}`],
])('only the core can refuse %s', (_, text) => {
  expect(isValid(JSON.parse(text))).toBe(true);
  expect(core.configure(text).verdict).toBe('deny');
});

test('defaults are those of the core', () => {
  const properties = schema.properties as Readonly<Record<string, { readonly default: unknown }>>;
  const defaults = Object.fromEntries(Object.entries(properties).map(([field, each]) => [field, each.default]));
  expect(defaults).toMatchObject({ strict: false, mountTimeoutMs: 120_000, dvdcliPaths: ['/usr/bin/dvdcli'] });
  expect(defaults).toMatchObject({ drivers: {}, severity: {}, exceptions: [], defaultDriver: 'rexray' });
  expect(isValid(defaults)).toBe(true);
});

test('the file of the build is what the core of the build says', () => {
  const built = JSON.parse(readFileSync(join(root, 'build/policy.schema.json'), 'utf8')) as JsonSchema;
  expect(built).toEqual(schema);
});
