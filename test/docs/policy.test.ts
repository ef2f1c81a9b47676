import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Core, Description } from '../../host/core/index.ts';
import { loadCoverageCore } from '../support/core.ts';
import { jsonBlocksOf, sectionsOf } from '../support/docs/page.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/policy.md'), 'utf8');
// Headings in lower case are fields, the others prose.
const fields = sectionsOf(page).filter(({ heading }) => /^[a-z]/u.test(heading));

let core: Core;
let description: Description;

beforeAll(async () => {
  core = await loadCoverageCore();
  description = core.describe();
});

afterEach(() => core.configure(''));

function textOf(field: string): string {
  return fields.find(({ heading }) => heading === field)?.text.trim() ?? '';
}

/** Whether the value of an option with this key is kept out of logs. */
function isSecret(key: string): boolean | undefined {
  const { requests } = core.inspect(1, JSON.stringify({ DVDI_VOLUME_NAME: 'v', DVDI_VOLUME_OPTS: `${key}=1` }));
  return requests[0]?.options[0]?.secret;
}

test('every field has its section, once', () => {
  expect(fields.map(({ heading }) => heading).sort()).toEqual(description.policy.map(({ field }) => field).sort());
});

describe.each(fields.map(({ heading }) => heading))('%s', (field) => {
  test('begins with title, type and default as the core has them', () => {
    const known = description.policy.find((each) => each.field === field);
    expect(textOf(field).split('\n')[0]).toBe(
      `${known?.title}. Type: ${known?.type}. Default: ${known?.default === '' ? 'none' : known?.default}.`,
    );
  });

  test('has an example about it', () => {
    expect(jsonBlocksOf(textOf(field)).filter(({ text }) => text.includes(`"${field}"`))).not.toEqual([]);
  });
});

test('every example on the page is a policy that the core takes without a remark', () => {
  const examples = jsonBlocksOf(page);
  expect(examples.length).toBeGreaterThan(fields.length);
  for (const { text } of examples) {
    expect({ text, ...core.configure(text) }).toMatchObject({ verdict: 'allow', findings: [] });
  }
});

test('strict names exactly the rules that it changes', () => {
  const changed = description.rules.filter(({ severity, strict }) => severity !== strict).map(({ code }) => code);
  const listed = Array.from(textOf('strict').matchAll(/^- \[`([^`]+)`\]/gmu), ([, code]) => code);
  // volume-repeated is the one rule that decides from case to case.
  expect(listed.sort()).toEqual([...changed, 'volume-repeated'].sort());
  const twice = JSON.stringify({ DVDI_VOLUME_NAME: 'v', DVDI_VOLUME_NAME1: 'v' });
  expect(core.inspect(1, twice).verdict).toBe('warn');
  core.configure('{"strict":true}');
  expect(core.inspect(1, twice).verdict).toBe('deny');
});

test('severity names exactly the rules that a policy can change', () => {
  const adjustable = description.rules.filter(({ lowest }) => lowest !== 'error').map(({ code }) => code);
  const listed = Array.from(textOf('severity').matchAll(/^- \[`([^`]+)`\]/gmu), ([, code]) => code);
  expect(listed).toEqual(adjustable);
  for (const { code, lowest } of description.rules) {
    const { verdict } = core.configure(JSON.stringify({ severity: { [code]: 'warn' } }));
    expect([code, verdict]).toEqual([code, lowest === 'error' ? 'deny' : 'allow']);
  }
});

test('the words that make an option secret are those of the page', () => {
  const [anywhere = '', whole = ''] = Array.from(
    textOf('secretOptions').matchAll(/^- [^-]*?`[\s\S]*?(?=\n- |\n\n)/gmu),
    String,
  );
  const wordsOf = (text: string): string[] => Array.from(text.matchAll(/`([^`]+)`/gu), ([, word = '']) => word);
  expect(wordsOf(anywhere)).toHaveLength(13);
  expect(wordsOf(whole)).toHaveLength(4);
  for (const word of wordsOf(anywhere)) expect([word, isSecret(`x${word.toUpperCase()}x`)]).toEqual([word, true]);
  for (const word of wordsOf(whole)) expect([word, isSecret(word), isSecret(`x${word}x`)]).toEqual([word, true, false]);
});

test('a transport by dvdcli needs an executable', () => {
  const policies = [
    '{"transport":"dvdcli","dvdcliPaths":[]}',
    '{"dvdcliPaths":[],"drivers":{"nfs":{"transport":"dvdcli"}}}',
  ];
  for (const policy of policies) {
    expect(core.configure(policy)).toMatchObject({
      verdict: 'deny',
      findings: [{ code: 'policy-value', in: 'policy' }],
    });
  }
  expect(core.configure('{"dvdcliPaths":[]}').verdict).toBe('allow');
});
