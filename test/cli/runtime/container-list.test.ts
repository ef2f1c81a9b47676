import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { readContainerList, readOrphans } from '../../../host/cli/runtime/container-list.ts';

function source(text: string | Uint8Array): { name: string; bytes: Uint8Array } {
  return { name: 'list.json', bytes: typeof text === 'string' ? Buffer.from(text) : text };
}

const nested = { value: 'c', parent: { value: 'b', parent: { value: 'a' } } };

test.each([
  ['ids', ['a', 'b.c'], { running: ['a', 'b.c'], orphans: [] }],
  ['nothing that runs', [], { running: [], orphans: [] }],
  ['Mesos ids', [nested, { value: 'd' }], { running: ['a.b.c', 'd'], orphans: [] }],
  ['both', { running: ['a'], orphans: [nested] }, { running: ['a'], orphans: ['a.b.c'] }],
  ['what Mesos hands to an isolator', { states: [{ container_id: nested }] }, { running: ['a.b.c'], orphans: [] }],
  ['one state', { container_id: nested, pid: 7 }, { running: ['a.b.c'], orphans: [] }],
])('%s', (_name, document, expected) => {
  expect(readContainerList(source(JSON.stringify(document)))).toEqual(expected);
});

test.each([
  ['nothing at all', ''],
  ['half a list', '["a",'],
  ['a number', '7'],
  ['null', 'null'],
  ['an object without a list', '{}'],
  ['orphans alone', '{"orphans":["a"]}'],
  ['a field that is not known', '{"running":[],"orphan":[]}'],
  ['an empty id', '["a",""]'],
  ['a number for an id', '[1]'],
  ['a list in a list', '[["a"]]'],
  ['a text for a list', '{"running":"a"}'],
  ['an id without a value', '[{"parent":{"value":"a"}}]'],
  ['a parent that is a text', '[{"value":"b","parent":"a"}]'],
  ['an endless chain of parents', `[${'{"value":"a","parent":'.repeat(100)}{"value":"a"}${'}'.repeat(100)}]`],
  ['bytes that are no text', new Uint8Array([0x5b, 0x22, 0xff, 0x22, 0x5d])],
])('%s is refused as a whole', (_name, text) => {
  expect(() => readContainerList(source(text))).toThrow(expect.objectContaining({ code: 'cli-containers' }));
});

test('a file of orphans is an array, or an object with nothing else', () => {
  expect(readOrphans(source('["a"]'))).toEqual(['a']);
  expect(readOrphans(source(JSON.stringify({ orphans: [nested] })))).toEqual(['a.b.c']);
  expect(() => readOrphans(source('{"orphans":[],"running":[]}'))).toThrow(
    expect.objectContaining({ code: 'cli-containers' }),
  );
});

test('states as a real agent handed them to an isolator are read', () => {
  const directory = join(import.meta.dirname, '../../fixtures/mesos-recover');
  const states = ['executor', 'nested', 'nested-docker-volume'].map((name) =>
    JSON.parse(readFileSync(join(directory, `${name}.json`), 'utf8')),
  );
  const root = '86d83b9e-17f3-42ad-b6ae-84c8d6fc6629';
  expect(readContainerList(source(JSON.stringify(states))).running).toEqual([
    root,
    `${root}.7fc22e23-344a-4346-a888-3f83a767d035`,
    `${root}.0e93c021-dc8b-4088-ac9b-07474d535763`,
  ]);
});
