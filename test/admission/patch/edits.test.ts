import fc from 'fast-check';
import { stringify } from 'yaml';

import { documentsOf } from '../../../host/admission/documents/read.ts';
import { applyPatch, PatchError } from '../../../host/admission/patch/apply.ts';
import { applyEdits, editsOf } from '../../../host/admission/patch/edits.ts';
import type { JsonValue, PatchOperation } from '../../../host/core/documents.ts';

/** A file after a patch of one of its documents; null when it cannot be made. */
async function edited(
  name: string,
  text: string,
  patch: readonly PatchOperation[],
  position = 0,
): Promise<string | null> {
  const document = (await documentsOf(name, Buffer.from(text)))[position];
  if (document === undefined) throw new Error('there is no such document');
  const edits = await editsOf(document, patch);
  return edits === null ? null : applyEdits(text, edits);
}

describe('a patch of a value', () => {
  const document = { a: { b: [1, 2] }, 'c/d': '~', __proto__x: 1 };

  test.each<[string, PatchOperation, JsonValue]>([
    ['add', { op: 'add', path: '/x', value: 1 }, { ...document, x: 1 }],
    ['add to a list', { op: 'add', path: '/a/b/1', value: 9 }, { ...document, a: { b: [1, 9, 2] } }],
    ['add at its end', { op: 'add', path: '/a/b/-', value: 9 }, { ...document, a: { b: [1, 2, 9] } }],
    ['replace', { op: 'replace', path: '/c~1d', value: null }, { ...document, 'c/d': null }],
    ['replace all', { op: 'replace', path: '', value: 5 }, 5],
    ['remove', { op: 'remove', path: '/a/b/0' }, { ...document, a: { b: [2] } }],
    ['move', { op: 'move', from: '/a/b', path: '/e' }, { a: {}, 'c/d': '~', __proto__x: 1, e: [1, 2] }],
  ])('%s', (_name, operation, expected) => {
    expect(applyPatch(document, [operation])).toEqual(expected);
  });

  test.each<[string, PatchOperation]>([
    ['replace of nothing', { op: 'replace', path: '/x', value: 1 }],
    ['remove of nothing', { op: 'remove', path: '/a/b/2' }],
    ['into a text', { op: 'add', path: '/c~1d/x', value: 1 }],
    ['past the end of a list', { op: 'add', path: '/a/b/3', value: 1 }],
    ['of an inherited member', { op: 'replace', path: '/constructor', value: 1 }],
  ])('%s is refused', (_name, operation) => {
    expect(() => applyPatch(document, [operation])).toThrow(PatchError);
  });

  test('a member called __proto__ is one like any other', () => {
    const patched = applyPatch({}, [{ op: 'add', path: '/__proto__', value: { polluted: true } }]);
    expect(JSON.stringify(patched)).toBe('{"__proto__":{"polluted":true}}');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('in JSON the layout stays', () => {
  const text = '{\n\t"id":  "/web",\n\t"env": { "A": "1" , "B":"2" }\n}\n';

  test.each<[string, PatchOperation, string]>([
    ['a value', { op: 'replace', path: '/env/A', value: 'x' }, text.replace('"1"', '"x"')],
    ['a name', { op: 'move', from: '/env/A', path: '/env/C' }, text.replace('"A"', '"C"')],
    ['a member less', { op: 'remove', path: '/id' }, '{\n\t"env": { "A": "1" , "B":"2" }\n}\n'],
    ['a member more', { op: 'add', path: '/cmd', value: 'x' }, text.replace(' }\n}', ' },\n\t"cmd": "x"\n}')],
  ])('%s', async (_name, operation, expected) => {
    expect(await edited('app.json', text, [operation])).toBe(expected);
  });

  test('line ends of Windows and a byte order mark are kept', async () => {
    const windows = text.replaceAll('\n', '\r\n');
    const operation: PatchOperation = { op: 'add', path: '/cmd', value: 'x' };
    expect(await edited('app.json', windows, [operation])).not.toMatch(/[^\r]\n/u);
  });

  test('a name that is taken is not overwritten by a rename in place', async () => {
    expect(await edited('app.json', '{"a":1,"b":2}', [{ op: 'move', from: '/a', path: '/b' }])).toBe('{"b":1}');
  });
});

describe('in YAML comments, quotes and order stay', () => {
  const text = [
    ...['# head', 'id: /web # the web', 'env:', '  # options', "  OPTS: 'size=abc'", '  CREATE: "ture"  # soon'],
    ...['  OLD: x', 'list:', '  - a', '  - b', ''],
  ].join('\n');

  test.each<[string, PatchOperation, [string, string]]>([
    ['a quoted value', { op: 'replace', path: '/env/OPTS', value: "it's" }, ["'size=abc'", "'it''s'"]],
    ['a value in double quotes', { op: 'replace', path: '/env/CREATE', value: 'true' }, ['"ture"', '"true"']],
    ['a plain value', { op: 'replace', path: '/env/OLD', value: 'y' }, ['OLD: x', 'OLD: y']],
    ['a plain value that needs quotes', { op: 'replace', path: '/env/OLD', value: 'true' }, ['OLD: x', 'OLD: "true"']],
    ['a name', { op: 'move', from: '/env/OLD', path: '/env/NEW' }, ['OLD:', 'NEW:']],
    ['a line less', { op: 'remove', path: '/env/OLD' }, ['  OLD: x\n', '']],
    ['a line more', { op: 'add', path: '/env/NEW', value: 'x' }, ['  OLD: x\n', '  OLD: x\n  NEW: x\n']],
    ['an item less', { op: 'remove', path: '/list/0' }, ['  - a\n', '']],
    ['an item more', { op: 'add', path: '/list/-', value: 'c' }, ['  - b\n', '  - b\n  - c\n']],
  ])('%s', async (_name, operation, [before, after]) => {
    const expected = text.replace(before, after);
    const result = await edited('app.yaml', text, [operation]);
    // Where the document is written anew, two blanks before a comment become one.
    expect(result?.replace('"ture" #', '"ture"  #').replace('"true" #', '"true"  #')).toBe(expected);
  });

  test('the other documents of a file are not touched', async () => {
    const file = `a:   1\n---\n${text}---\nb:   2\n`;
    const result = await edited('app.yaml', file, [{ op: 'add', path: '/env/NEW', value: 'x' }], 1);
    expect(result?.startsWith('a:   1\n---\n')).toBe(true);
    expect(result?.endsWith('---\nb:   2\n')).toBe(true);
    expect(result).toContain('  NEW: x\n');
  });

  test('what an anchor shares with other places is not changed', async () => {
    const file = 'a: &x {b: 1}\nc: *x\n';
    expect(await edited('app.yaml', file, [{ op: 'replace', path: '/c/b', value: 2 }])).toBeNull();
    expect(await edited('app.yaml', file, [{ op: 'replace', path: '/a/b', value: 2 }])).toBeNull();
    const merged = 'a: &x {b: 1}\nc:\n  <<: *x\n  d: 1\n';
    expect(await edited('app.yaml', merged, [{ op: 'replace', path: '/c/b', value: 2 }])).toBeNull();
    expect(await edited('app.yaml', merged, [{ op: 'replace', path: '/c/d', value: 2 }])).toBe(
      merged.replace('d: 1', 'd: 2'),
    );
  });
});

test.each(['app.json', 'app.yaml'])('a patch that does not fit %s changes nothing', async (name) => {
  expect(await edited(name, '{"a": 1}', [{ op: 'remove', path: '/b' }])).toBeNull();
});

test('whatever is edited means what the patch says', async () => {
  const key = fc.constantFrom('a', 'b', 'c/d', 'é');
  const leaf = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 8 }), fc.integer(), fc.boolean(), fc.constant(null));
  const value = fc.oneof(leaf, fc.array(leaf, { maxLength: 3 }), fc.dictionary(key, leaf, { maxKeys: 3 }));
  const document = fc.dictionary(key, value, { minKeys: 1, maxKeys: 4 });
  const path = fc.array(fc.oneof(key, fc.constantFrom('0', '1', '-')), { minLength: 1, maxLength: 2 });
  const pointer = path.map((parts) => parts.map((part) => `/${part.replaceAll('/', '~1')}`).join(''));
  const operation = fc.oneof(
    fc.record({ op: fc.constantFrom('add' as const, 'replace' as const), path: pointer, value }),
    fc.record({ op: fc.constant('remove' as const), path: pointer }),
    fc.record({ op: fc.constant('move' as const), from: pointer, path: pointer }),
  );
  let made = 0;
  await fc.assert(
    fc.asyncProperty(document, operation, fc.boolean(), async (before, patch, isYaml) => {
      const text = isYaml ? stringify(before) : JSON.stringify(before, null, 2);
      const result = await edited(isYaml ? 'app.yaml' : 'app.json', text, [patch]);
      if (result === null) return;
      made += 1;
      const [after] = await documentsOf(isYaml ? 'app.yaml' : 'app.json', Buffer.from(result));
      expect(JSON.parse(Buffer.from(after?.json ?? []).toString())).toEqual(applyPatch(before as JsonValue, [patch]));
    }),
    { numRuns: 800 },
  );
  expect(made).toBeGreaterThan(100);
});
