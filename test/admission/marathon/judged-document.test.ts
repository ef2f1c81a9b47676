import { parseJson } from '../../../host/admission/marathon/json-object.ts';
import {
  bodyItself,
  bodyUnderGroup,
  bodyWithId,
  type JudgedDocument,
  rewritten,
} from '../../../host/admission/marathon/judged-document.ts';
import type { Core, Finding } from '../../../host/core/index.ts';
import { loadCoverageCore } from '../../support/core.ts';

let core: Core;

beforeAll(async () => {
  core = await loadCoverageCore();
});

const KINDS = { app: 'marathon-app', group: 'marathon-group' } as const;

function judge(document: JudgedDocument, name: keyof typeof KINDS) {
  const kind = core.describe().kinds.find((each) => each.name === KINDS[name])?.id ?? 0;
  return document.restore(core.admit({ kind, now: null }, document.bytes));
}

function value(text: string) {
  return parseJson(Buffer.from(text)) as { readonly [key: string]: never };
}

/** Where the findings of a code stand. */
function places(findings: readonly Finding[], code: string) {
  return findings
    .filter((each) => each.code === code)
    .map(({ pointer, offset, line, column }) => ({ pointer, offset, line, column }));
}

const ENV = '"env": {"DVDI_VOLUME_NAME": "v", "DVDI_VOLUME_OPTS": "size"}';

describe('an id that is written into a body moves nothing that is found in it', () => {
  test.each([
    ['in one line', `{${ENV}}`],
    ['in lines', `\n {\n  ${ENV}\n}`],
    ['behind text of more bytes than columns', `{"cmd": "ä€😀", ${ENV}}`],
  ])('%s', (_, text) => {
    const body = Buffer.from(text);
    const plain = judge(bodyItself(body), 'app');
    const named = judge(bodyWithId(body, value(text), '/team/web'), 'app');
    expect(places(plain.findings, 'option-without-value')).toHaveLength(1);
    expect(places(named.findings, 'option-without-value')).toEqual(places(plain.findings, 'option-without-value'));
    expect(named.tasks.map(({ id }) => id)).toEqual(['/team/web']);
  });

  test('also into one without members', () => {
    const { bytes } = bodyWithId(Buffer.from('{}'), value('{}'), '/a');
    expect(Buffer.from(bytes).toString()).toBe('{"id":"/a"}');
  });
});

describe('a group is judged where the path puts it', () => {
  const apps = `"apps": [{"id": "web", ${ENV}}]`;

  test.each([
    ['without an id', `{${apps}}`, '/team', '/team/web'],
    ['with a relative id', `{"id": "sub", ${apps}}`, '/team', '/team/sub/web'],
    ['with a relative id under the root', `{"id": "sub", ${apps}}`, '/', '/sub/web'],
    ['with an absolute id', `{"id": "/other", ${apps}}`, '/team', '/other/web'],
    ['without an id in the root', `{${apps}}`, '/', '/web'],
  ])('%s', (_, text, base, id) => {
    const body = Buffer.from(text);
    const admission = judge(bodyUnderGroup(body, value(text), base), 'group');
    expect(admission.tasks).toMatchObject([{ id, pointer: '/apps/0' }]);
    const expected = places(judge(bodyItself(body), 'group').findings, 'option-without-value');
    expect(expected).toHaveLength(1);
    expect(places(admission.findings, 'option-without-value')).toEqual(expected);
  });

  test('with an id that walks up: known by pointers alone', () => {
    const text = `{"id": "../other", ${apps}}`;
    const admission = judge(bodyUnderGroup(Buffer.from(text), value(text), '/team'), 'group');
    expect(admission.tasks).toMatchObject([{ id: '/other/web' }]);
    expect(places(admission.findings, 'option-without-value')).toEqual([
      { pointer: '/apps/0/env/DVDI_VOLUME_OPTS', offset: null, line: null, column: null },
    ]);
  });
});

test('fixes lead to the same place as their finding', () => {
  const fix = [{ op: 'move', from: '/groups/0/apps/0/a', path: '/groups/0/apps/0/b' }] as const;
  const document = bodyUnderGroup(Buffer.from('{"id":"sub"}'), { id: 'sub' }, '/team');
  const admission = core.admit({ kind: 0, now: null }, '{"cmd":"true"}');
  const base = {
    code: 'x',
    severity: 'error',
    message: '',
    hint: '',
    in: 'document',
    line: 1,
    column: 80,
    length: 0,
  } as const;
  const restored = document.restore({
    ...admission,
    findings: [{ ...base, pointer: '/groups/0/apps/0/a', offset: 79, fix }],
  });
  expect(restored.findings[0]).toMatchObject({
    pointer: '/apps/0/a',
    fix: [{ op: 'move', from: '/apps/0/a', path: '/apps/0/b' }],
  });
});

test('what the proxy has put together has no places', () => {
  const admission = judge(rewritten({ id: '/a', env: { DVDI_VOLUME_OPTS: 'size' } }), 'app');
  expect(admission.findings.length).toBeGreaterThan(0);
  for (const { offset, line, column, length } of admission.findings) {
    expect([offset, line, column, length]).toEqual([null, null, null, null]);
  }
});
