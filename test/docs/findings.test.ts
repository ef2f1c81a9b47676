import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { readEntries } from '../../host/cli/manual.ts';
import type { Core, Rule } from '../../host/core/index.ts';
import { dvdi } from '../support/cli.ts';
import { loadCoverageCore } from '../support/core.ts';
import { findingsOfExample } from '../support/docs/examples.ts';
import { jsonBlocksOf } from '../support/docs/page.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/findings.md'), 'utf8');
const entries = readEntries(page, 'finding');

let core: Core;
let rules: readonly Rule[];

beforeAll(async () => {
  core = await loadCoverageCore();
  rules = core.describe().rules;
});

afterEach(() => core.configure(''));

function ruleOf(code: string): Rule {
  const rule = rules.find((each) => each.code === code);
  if (rule === undefined) throw new Error(`the catalogue has no ${code}`);
  return rule;
}

test('every rule has its section, once, in the order of the catalogue', () => {
  expect(entries.map(({ code }) => code)).toEqual(rules.map(({ code }) => code));
});

test('dvdi explain lists every finding with its title', async () => {
  const { stdout } = await dvdi(['explain', '--json']);
  const listed = JSON.parse(stdout) as { code: string; kind: string; title: string }[];
  for (const { code, title } of rules) expect(listed).toContainEqual({ code, kind: 'finding', title: `${title}.` });
});

describe.each(entries.map(({ code, text }) => [code, text] as const))('%s', (code, text) => {
  const blocks = jsonBlocksOf(text);

  test('begins with title and severities as the core has them', () => {
    const { title, severity, strict } = ruleOf(code);
    expect(text.split('\n')[0]).toBe(`${title}. Severity: ${severity}; under strict: ${strict}.`);
  });

  test('has a wrong example that yields the finding, with its severity', () => {
    expect(blocks.some(({ marks }) => marks.includes('wrong'))).toBe(true);
    const findings = findingsOfExample(core, blocks, 'wrong', { strict: false });
    expect(findings).toContainEqual(expect.objectContaining({ code, severity: ruleOf(code).severity }));
  });

  test('yields it under strict, with the severity that it has there', () => {
    const findings = findingsOfExample(core, blocks, 'wrong', { strict: true });
    expect(findings).toContainEqual(expect.objectContaining({ code, severity: ruleOf(code).strict }));
  });

  test('has a mended example that yields no finding at all', () => {
    expect(blocks.some(({ marks }) => marks.includes('right'))).toBe(true);
    expect(findingsOfExample(core, blocks, 'right', { strict: true })).toEqual([]);
  });
});
