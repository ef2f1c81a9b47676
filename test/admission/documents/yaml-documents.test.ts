import fc from 'fast-check';
import { stringify } from 'yaml';

import type { DocumentError } from '../../../host/admission/documents/document-error.ts';
import { documentsOf, isYaml } from '../../../host/admission/documents/read.ts';
import { sampleFinding } from '../../support/sample-plan.ts';

async function jsonOf(text: string): Promise<string[]> {
  return (await documentsOf('app.yaml', Buffer.from(text))).map(({ json }) => Buffer.from(json).toString());
}

async function refusalOf(text: string | Uint8Array): Promise<Partial<DocumentError>> {
  const { code, got, place } = await documentsOf('app.yaml', Buffer.from(text)).then(
    () => ({ code: 'none', got: '', place: null }),
    (error: unknown) => error as DocumentError,
  );
  return { code, got, place } as Partial<DocumentError>;
}

test.each([
  ['block and flow', 'a: 1\nb: [x, "y", {c: d}]', '{"a":1,"b":["x","y",{"c":"d"}]}'],
  ['scalars', 'a: ~\nb: true\nc: 0x10\nd: 1.50\ne: 12345678901234567890\nf:', null],
  ['keys that are no texts', '1: a\ntrue: b\n~: c', '{"1":"a","true":"b","~":"c"}'],
  ['aliases', 'a: &x {b: 1}\nc: *x', '{"a":{"b":1},"c":{"b":1}}'],
  [
    'merges, where a key of its own wins',
    'a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  b: 3',
    '{"a":{"b":1,"c":2},"d":{"b":3,"c":2}}',
  ],
  ['several merges, where the first wins', '- &x {b: 1}\n- &y {b: 2, c: 3}\n- <<: [*x, *y]', null],
  ['a quoted <<', '"<<": x', '{"<<":"x"}'],
  ['a block text', 'a: |\n  b\n  c\n', '{"a":"b\\nc\\n"}'],
  ['a byte order mark', '\ufeffa: 1', '{"a":1}'],
])('%s become JSON', async (_name, text, json) => {
  const expected = {
    scalars: '{"a":null,"b":true,"c":16,"d":1.50,"e":12345678901234567890,"f":null}',
    'several merges, where the first wins': '[{"b":1},{"b":2,"c":3},{"b":1,"c":3}]',
  }[_name];
  expect(await jsonOf(text)).toEqual([json ?? expected]);
});

test('each document of a file is one, and an empty one at the end is none', async () => {
  const documents = await documentsOf('app.yaml', Buffer.from('a: 1\n---\nb: 2\n---\n'));
  expect(documents.map(({ index }) => index)).toEqual([1, 2]);
  expect(await jsonOf('a: 1\n---\nb: 2\n---\n')).toEqual(['{"a":1}', '{"b":2}']);
  expect((await documentsOf('app.yaml', Buffer.from('a: 1\n---\n')))[0]?.index).toBeNull();
});

test.each([
  ['a key for the second time', 'a: 1\nb: 2\na: 3', 'the key "a" for a second time', { line: 3, column: 1 }],
  ['a flow that is not closed', 'a: [1', 'end with a ]', { line: 1, column: 6 }],
  ['a tag', 'a: !secret x', 'Unresolved tag: !secret', { line: 1, column: 4 }],
  ['what is no number of JSON', 'a: .inf', 'a value that JSON has not', { line: 1, column: 4 }],
  ['a date of YAML 1.1', '%YAML 1.1\n---\na: 2001-01-01', 'a value that JSON has not', { line: 3, column: 4 }],
  ['a list as a key', '? [a]\n: b', 'a key that is no text', { line: 1, column: 3 }],
  ['an alias without an anchor', 'a: *x', 'Unresolved alias', { line: 1, column: 4 }],
  ['an alias of what it lies in', 'a: &x [*x]', 'too deep', { line: 1, column: 7 }],
  ['a merge of a text', 'a: &x y\nb: {<<: *x}', 'something else than a map', { line: 1, column: 7 }],
  ['an empty file', '', 'no document', null],
  ['a file of comments', '# nothing\n', 'no document', null],
])('%s is refused, with its place', async (_name, text, got, place) => {
  const refusal = await refusalOf(text);
  expect(refusal).toMatchObject({ code: 'document-yaml' });
  expect(refusal.got).toContain(_name === 'an alias without an anchor' ? 'anchor that is not there' : got);
  expect(refusal.place).toEqual(place);
});

test('bytes that are no UTF-8 are refused', async () => {
  expect(await refusalOf(Uint8Array.of(0x61, 0x3a, 0x20, 0xff))).toMatchObject({ got: 'the file is not UTF-8' });
});

describe('anchors are bounded', () => {
  const bomb = (seed: string, item: (name: string) => string): string =>
    Array.from({ length: 40 }, (_, level) =>
      level === 0 ? `a0: &a0 ${seed}` : `a${level}: &a${level} ${item(`*a${level - 1}`)}`,
    ).join('\n');

  test.each([
    ['lists in lists', bomb('[x]', (name) => `[${Array(10).fill(name).join(', ')}]`)],
    ['merges of merges', bomb('{}', (name) => `{<<: [${Array(10).fill(name).join(', ')}]}`)],
    ['one long text', `a: &a ${'x'.repeat(10_000)}\nb: [${Array(1_000).fill('*a').join(', ')}]`],
  ])('%s', async (_name, text) => {
    const startMs = performance.now();
    expect((await refusalOf(text)).got).toMatch(/more than .*, aliases written out/u);
    expect(performance.now() - startMs).toBeLessThan(5_000);
  });

  test('values that lie deep inside of each other are an answer, and no overflow', async () => {
    for (const text of ['['.repeat(20_000), '- '.repeat(20_000), '{a: '.repeat(5_000)]) {
      expect(await refusalOf(text)).toMatchObject({ code: 'document-yaml' });
    }
  });
});

describe('a finding is moved to the YAML', () => {
  async function placed(text: string, wanted: string, within = wanted): Promise<unknown> {
    const [document] = await documentsOf('app.yaml', Buffer.from(text));
    if (document === undefined) throw new Error('there is no document');
    const at = Buffer.from(document.json).indexOf(within) + within.indexOf(wanted);
    const length = Buffer.byteLength(wanted);
    const { line, column, offset, length: size } = document.place(sampleFinding({ offset: at, length }));
    const source = Buffer.from(text);
    return { line, column, text: source.subarray(offset ?? 0, (offset ?? 0) + (size ?? 0)).toString() };
  }

  test.each([
    ['a plain text', 'env:\n  A: size=5,iops\n', 'iops', { line: 2, column: 13, text: 'iops' }],
    ['a quoted text', "env: {A: 'size=5,iops'}", 'iops', { line: 1, column: 18, text: 'iops' }],
    ['a key', 'env:\n  DVDI_VOLUME_NAM: x', 'DVDI_VOLUME_NAM', { line: 2, column: 3, text: 'DVDI_VOLUME_NAM' }],
    ['a text with an escape: its beginning', 'a: "x\\ty"\n', 'y', { line: 1, column: 4, text: '"x\\ty"' }],
    ['a block text: its beginning', 'a: |\n  b\n  c\n', 'c', { line: 1, column: 4, text: '|\n  b\n  c\n' }],
    ['after wide characters', '名: 😀\nb: "😀é"\nc: [😀, size]\n', 'size', { line: 3, column: 9, text: 'size' }],
    ['in the second line of a flow', 'a: {b: 1,\n  c: xyz}', 'xyz', { line: 2, column: 6, text: 'xyz' }],
  ])('%s', async (_name, text, wanted, expected) => {
    expect(await placed(text, wanted)).toEqual(expected);
  });

  test('of a value that is written out, to its anchor', async () => {
    const [document] = await documentsOf('a.yaml', Buffer.from('a: &x xyz\nb: *x'));
    const at = Buffer.from(document?.json ?? []).lastIndexOf('xyz');
    expect(document?.place(sampleFinding({ offset: at, length: 3 }))).toMatchObject({ line: 1, column: 7, length: 3 });
  });

  test('one about the policy, or without a place, stays', async () => {
    const [document] = await documentsOf('a.yaml', Buffer.from('\n\na: x'));
    for (const finding of [sampleFinding({ in: 'policy' }), sampleFinding({ offset: null })]) {
      expect(document?.place(finding)).toBe(finding);
    }
  });
});

test('what JSON can say is the same in YAML', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue({ maxDepth: 4 }), fc.boolean(), async (value, isFlow) => {
      if (value === null) return;
      const text = stringify({ value }, { lineWidth: 0, ...(isFlow ? { collectionStyle: 'flow' } : {}) });
      const [json] = await jsonOf(text);
      // As texts: YAML keeps the sign of a zero, JSON.stringify does not.
      expect(JSON.stringify(JSON.parse(json ?? ''))).toBe(JSON.stringify({ value }));
    }),
    { numRuns: 300 },
  );
});

test.each([
  ['app.yml', '{}', true],
  ['app.YAML', '', true],
  ['app.json', 'a: 1', false],
  ['<stdin>', ' \n{"a": 1}', false],
  ['<stdin>', '[1]', false],
  ['<stdin>', '# app\na: 1', true],
  ['<stdin>', '', false],
])('%s that begins with %j: YAML is %s', (name, text, expected) => {
  expect(isYaml(name, Buffer.from(text))).toBe(expected);
});
