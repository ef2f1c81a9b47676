import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { dvdi, dvdiOnTerminal } from '../support/cli.ts';

const commands = [
  ...['run', 'admit', 'test', 'plan', 'inspect', 'explain', 'prepare', 'cleanup', 'recover', 'ls', 'release'],
  ...['doctor', 'driver serve', 'completion', 'version'],
];

test.each(commands)('%s has a help with a description', async (command) => {
  const { exitCode, stdout, stderr } = await dvdi([...command.split(' '), '--help']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toMatch(new RegExp(`^Usage: dvdi ${command} `, 'u'));
});

test('the help lists every command and every exit code', async () => {
  const { stdout } = await dvdi(['--help']);
  for (const command of commands) expect(stdout).toMatch(new RegExp(`^ {2}${command.split(' ')[0]} `, 'mu'));
  for (const code of [0, 1, 2, 3, 4, 5, 6]) expect(stdout).toMatch(new RegExp(`^ {2}${code} {2}\\S`, 'mu'));
});

test('without a command the help is printed on stderr and the exit code is that of a usage error', async () => {
  const { exitCode, stdout, stderr } = await dvdi([]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain('Usage: dvdi');
});

test('--version prints the version of the package', async () => {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
  expect(await dvdi(['--version'])).toEqual({ exitCode: 0, signal: null, stdout: `${version}\n`, stderr: '' });
});

test('an error is one block: code, expected, got, what to do, where to read more', async () => {
  const { exitCode, stdout, stderr } = await dvdi(['plan', '--jsn', 'x']);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toBe(
    [
      "dvdi: error: unknown option '--jsn' [cli-usage]",
      '  expected: an option that the command has',
      '  got:      dvdi plan --jsn x',
      '  to do:    perhaps --json; `dvdi plan --help` shows what there is',
      '  more:     dvdi explain cli-usage',
      '',
    ].join('\n'),
  );
});

test.each([
  [['plna', 'x'], 'perhaps plan'],
  [['inspct', 'x'], 'perhaps inspect'],
  [['driver', 'sevre'], 'perhaps serve'],
  [['plan', '--polcy', 'x', 'y'], 'perhaps --policy'],
  [['plan', '--format', 'jso', 'y'], 'text, json, mermaid, dot'],
  [['completion', 'csh'], 'bash, zsh, fish'],
  [['driver', 'serve'], '--name'],
  [['plan', 'a', 'b'], 'too many arguments'],
  [['plan'], 'missing required argument'],
  [['driver', 'serve', '--name', 'x', '--default-size', '0'], 'whole number of GiB'],
  [['prepare', 'web-1'], 'missing required argument'],
  [['prepare', '--format', 'text', 'web-1', 'x'], 'json, mesos, commands'],
  [['cleanup'], 'missing required argument'],
  [['ls', '--state-dir', ''], 'expected a directory'],
  [['admit'], 'missing required argument'],
  [['admit', '-o', 'sarf', 'x'], 'perhaps sarif'],
  [['admit', '-o', 'json', '-o', 'text', 'x'], 'two outputs in one place'],
  [['admit', '-o', 'json=', 'x'], 'FORMAT=FILE'],
  [['admit', '--now', 'tomorrow', 'x'], 'RFC 3339'],
  [['admit', '--fail-on', 'never', 'x'], 'warn, deny'],
  [['admit', '--dry-run', 'x'], '--fix beside --dry-run'],
  [['admit', '--fix', '-'], 'write it to a file first'],
  [['admit', '--policy', '-', '-'], '- twice'],
  [['test'], 'missing required argument'],
  [['test', '-o', 'sarif', 'x'], 'text, json, tap, junit'],
  [['test', '--min-coverage', '101', 'x'], 'from 0 to 100'],
  [['recover'], '--running FILE or --criteo DIRECTORY'],
  [['recover', '--running', 'a', '--criteo', 'b'], 'both'],
  [['recover', '--running', '-', '--orphans', '-'], '- twice'],
  [['release', 'rexray'], 'a driver without a name'],
  [['release', 'rexray', 'data', '--all'], 'more than one of them'],
  [['release', '--all', '--due'], 'more than one of them'],
  [['release', '--forget'], '--forget without a volume'],
])('%j is a usage error that says "%s"', async (argv, text) => {
  const { exitCode, stderr } = await dvdi(argv);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(text);
  expect(stderr).toContain('[cli-usage]');
});

test('run keeps its own codes apart from those of its task', async () => {
  expect((await dvdi(['run', '--nope'])).exitCode).toBe(122);
  expect((await dvdi(['run', '/nonexistent/document.json'])).exitCode).toBe(122);
});

test('with --json an error is one document on stdout', async () => {
  const { exitCode, stdout, stderr } = await dvdi(['plan', '--json', '/nonexistent/document.json']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({
    error: { code: 'cli-input', got: '/nonexistent/document.json: ENOENT', causes: [{ code: 'ENOENT' }] },
  });
});

test('hostile words of the command line are not printed raw', async () => {
  const { stderr } = await dvdi(['plan', '/nonexistent/\u001b[31m\u202e\r']);
  expect(stderr).toContain('\\x1b[31m\\u202e\\r');
  expect(stderr).not.toMatch(/[^\P{C}\n]/u);
});

describe('colours', () => {
  const argv = ['explain', 'nope'];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is looked for
  const escapeSequence = /\u001b\[/u;

  test('are there on a terminal', async () => {
    expect((await dvdiOnTerminal(argv)).stdout).toMatch(escapeSequence);
  });

  test.each([
    ['in a pipe', () => dvdi(argv)],
    ['with --no-color', () => dvdiOnTerminal([...argv, '--no-color'])],
    ['with NO_COLOR', () => dvdiOnTerminal(argv, { env: { NO_COLOR: '1' } })],
    ['with TERM=dumb', () => dvdiOnTerminal(argv, { env: { TERM: 'dumb' } })],
  ])('are not there %s', async (_name, execute) => {
    const { stdout, stderr } = await execute();
    expect(stdout + stderr).toContain('cli-unknown-code');
    expect(stdout + stderr).not.toMatch(escapeSequence);
  });
});

test('docs/cli.md has every exit code with the text of the help', async () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/cli.md'), 'utf8');
  for (const code of [0, 1, 2, 3, 4, 5, 6]) expect(page).toMatch(new RegExp(`^\\| ${code} \\|`, 'mu'));
  for (const code of [121, 122, 123, 124, 125]) expect(page).toContain(`| ${code} |`);
});
