import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { readEntries } from '../../host/cli/manual.ts';

const root = join(import.meta.dirname, '../..');

/**
 * Every member of a union `type …ErrorCode = 'a' | 'b'` and every `readonly code = 'a'` of the host, with its file, and
 * every `Error("a-b"` of the C++ host.
 */
function declaredCodes(): Map<string, string> {
  const codes = new Map<string, string>();
  for (const name of readdirSync(join(root, 'host'), { recursive: true, encoding: 'utf8' })) {
    if (name.endsWith('.cpp')) {
      const text = readFileSync(join(root, 'host', name), 'utf8');
      for (const [, code = ''] of text.matchAll(/\bError\("([a-z]+(?:-[a-z]+)+)"/gu)) codes.set(code, name);
    }
    if (!name.endsWith('.ts')) continue;
    const text = readFileSync(join(root, 'host', name), 'utf8');
    // Comments between the members may hold quotes and semicolons of their own.
    const bare = text.replace(/\/\*[\s\S]*?\*\//gu, '').replace(/\/\/.*$/gmu, '');
    for (const [, code = ''] of bare.matchAll(/readonly code = '([^']+)'/gu)) codes.set(code, name);
    for (const [, union = ''] of bare.matchAll(/export type \w*ErrorCode =([^;]*);/gu)) {
      for (const [, code = ''] of union.matchAll(/'([^']+)'/gu)) codes.set(code, name);
    }
  }
  return codes;
}

const declared = declaredCodes();
const documented = readEntries(readFileSync(join(root, 'docs/errors.md'), 'utf8'), 'error');

test('codes are found in every floor that has typed errors', () => {
  const files = new Set(declared.values());
  expect([...files].map((file) => file.split('/')[0])).toEqual(expect.arrayContaining(['cli', 'driver', 'system']));
});

test('every code of a typed error has its section in docs/errors.md', () => {
  const sections = new Set(documented.map((entry) => entry.code));
  expect([...declared].filter(([code]) => !sections.has(code))).toEqual([]);
});

test('every section of docs/errors.md is about a code that exists, once, and says something', () => {
  expect(documented.filter((entry) => !declared.has(entry.code)).map((entry) => entry.code)).toEqual([]);
  expect(new Set(documented.map((entry) => entry.code)).size).toBe(documented.length);
  expect(documented.filter((entry) => entry.text.length < 60).map((entry) => entry.code)).toEqual([]);
});
