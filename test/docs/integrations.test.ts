import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'yaml';

import { dvdi } from '../support/cli.ts';

const root = join(import.meta.dirname, '../..');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');

/** Options of every `dvdi` command in a text, by command. */
function optionsIn(text: string): [command: string, option: string][] {
  return [...text.matchAll(/\bdvdi (admit|test)\b([^\n`]*)/gu)].flatMap(([, command = '', rest = '']) =>
    [...rest.matchAll(/(?<=\s)(-[a-z]|--[a-z-]+)\b/gu)].map(([, option = '']): [string, string] => [command, option]),
  );
}

test.each(['.pre-commit-hooks.yaml', 'examples/ci/github-actions.yml', 'examples/ci/gitlab-ci.yml', 'docs/admit.md'])(
  '%s only uses options that there are',
  async (file) => {
    const used = optionsIn(read(file));
    expect(used.length).toBeGreaterThan(0);
    const help = { admit: (await dvdi(['admit', '--help'])).stdout, test: (await dvdi(['test', '--help'])).stdout };
    for (const [command, option] of used) {
      expect(help[command as keyof typeof help]).toMatch(new RegExp(`(?:^|[\\s,])${option}(?=[\\s,])`, 'mu'));
    }
  },
);

test('each hook has what pre-commit asks for, and starts a program of the package', () => {
  const hooks = parse(read('.pre-commit-hooks.yaml')) as Record<string, unknown>[];
  const { bin } = JSON.parse(read('package.json')) as { bin: Record<string, string> };
  expect(hooks.map(({ id }) => id)).toEqual(['dvdi-admit', 'dvdi-admit-fix', 'dvdi-test']);
  for (const hook of hooks) {
    expect(hook).toMatchObject({ name: expect.any(String), description: expect.any(String), language: 'node' });
    expect(Object.keys(bin)).toContain(String(hook.entry).split(' ')[0]);
  }
});

test.each(['examples/ci/github-actions.yml', 'examples/ci/gitlab-ci.yml'])('%s is YAML with jobs', (file) => {
  expect(Object.keys(parse(read(file)) as object).length).toBeGreaterThan(0);
});

test('docs/admit.md names every output format and option', async () => {
  const page = read('docs/admit.md');
  const { stdout } = await dvdi(['admit', '--help']);
  const options = [...stdout.matchAll(/^ {2}(?:-[a-z], )?(--[a-z-]+)/gmu)].map(([, option = '']) => option);
  expect(options).toEqual(expect.arrayContaining(['--fix', '--since', '--fail-on']));
  for (const option of options.filter((each) => !['--help', '--no-color', '--output'].includes(each))) {
    expect(page).toContain(option);
  }
  for (const format of ['text', 'table', 'json', 'ndjson', 'sarif', 'junit', 'github', 'tap']) {
    expect(page).toContain(`| \`${format}\` |`);
  }
});
