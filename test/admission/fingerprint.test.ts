import { resolve } from 'node:path';

import { createFingerprints, taskOf } from '../../host/admission/fingerprint.ts';
import type { AdmittedTask } from '../../host/core/documents.ts';
import { sampleFinding } from '../support/sample-plan.ts';

const task = (id: string | null, pointer: string): AdmittedTask => ({ id, pointer, verdict: 'deny', volumes: [] });
const at = (pointer: string, fields = {}): ReturnType<typeof sampleFinding> => sampleFinding({ pointer, ...fields });

test('a finding belongs to the innermost task that it lies in', () => {
  const tasks = [task('/g', ''), task('/g/a', '/apps/1'), task('/g/b', '/apps/10')];
  expect(taskOf(at('/apps/1/env/X'), tasks)?.id).toBe('/g/a');
  expect(taskOf(at('/apps/10'), tasks)?.id).toBe('/g/b');
  expect(taskOf(at('/id'), tasks)?.id).toBe('/g');
  expect(taskOf(at('/id'), tasks.slice(1))).toBeNull();
  expect(taskOf(at('/id', { in: 'policy' }), tasks)).toBeNull();
});

test('it stays when lines move, and when the task has another number', () => {
  const one = createFingerprints('a.json')(at('/0/env/X', { line: 1 }), task('/web', '/0'));
  expect(createFingerprints('a.json')(at('/3/env/X', { line: 9 }), task('/web', '/3'))).toBe(one);
  expect(createFingerprints('./a.json')(at('/3/env/X'), task('/web', '/3'))).toBe(one);
  expect(createFingerprints(resolve('a.json'))(at('/3/env/X'), task('/web', '/3'))).toBe(one);
  expect(one).toMatch(/^[0-9a-f]{32}$/u);
});

test.each([
  ['file', () => createFingerprints('b.json')(at('/0/env/X'), task('/web', '/0'))],
  ['task', () => createFingerprints('a.json')(at('/0/env/X'), task('/other', '/0'))],
  ['place', () => createFingerprints('a.json')(at('/0/env/Y'), task('/web', '/0'))],
  ['code', () => createFingerprints('a.json')(at('/0/env/X', { code: 'x' }), task('/web', '/0'))],
  ['message', () => createFingerprints('a.json')(at('/0/env/X', { message: 'x' }), task('/web', '/0'))],
])('it is another one for another %s', (_name, other) => {
  expect(other()).not.toBe(createFingerprints('a.json')(at('/0/env/X'), task('/web', '/0')));
});

test('findings that are alike have one each, in their order', () => {
  const make = (): string[] => {
    const fingerprintOf = createFingerprints('a.json');
    return [1, 2, 3].map(() => fingerprintOf(at('/env/X'), null));
  };
  expect(new Set(make()).size).toBe(3);
  expect(make()).toEqual(make());
});
