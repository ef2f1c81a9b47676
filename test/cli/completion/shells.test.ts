import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { dvdi, runProgram } from '../../support/cli.ts';

let directory = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dvdi-completion-'));
  await writeFile(join(directory, 'app.json'), '{}');
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { exitCode, stdout } = await dvdi(['completion', shell]);
    expect(exitCode).toBe(0);
    await writeFile(join(directory, `dvdi.${shell}`), stdout);
  }
});

afterAll(() => rm(directory, { recursive: true, force: true }));

/** What bash offers for the last of the words. */
async function completeInBash(words: readonly string[]): Promise<string[]> {
  const script = [
    'source ./dvdi.bash',
    'COMP_WORDS=(dvdi "$@") COMP_CWORD=$#',
    // compopt is only allowed inside of a completion.
    'compopt() { :; }',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: bash expands it
    '_dvdi; printf "%s\\n" "${COMPREPLY[@]}"',
  ].join('\n');
  const { exitCode, stdout, stderr } = await runProgram('/bin/bash', ['--norc', '-uec', script, 'bash', ...words], {
    cwd: directory,
  });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return stdout.split('\n').filter((line) => line !== '');
}

/** What fish offers for a command line. */
async function completeInFish(line: string): Promise<string[]> {
  const script = 'source ./dvdi.fish; complete --do-complete $argv[1]';
  const { exitCode, stdout } = await runProgram('/usr/bin/fish', ['--no-config', '-c', script, line], {
    cwd: directory,
    env: { HOME: directory },
  });
  expect(exitCode).toBe(0);
  return stdout
    .split('\n')
    .filter((offer) => offer !== '')
    .map((offer) => offer.split('\t')[0] ?? '');
}

describe('bash', () => {
  test.each([
    [['pl'], ['plan']],
    [['driver', ''], ['serve']],
    [
      ['plan', '--format', ''],
      ['text', 'json', 'mermaid', 'dot'],
    ],
    [['run', '--pol'], ['--policy']],
    [['run', '--policy', 'ap'], ['app.json']],
    [['run', 'ap'], ['app.json']],
    [['explain', 'cli-us'], ['cli-usage']],
    [['completion', 'f'], ['fish']],
    [['driver', 'serve', '--backing', 'i'], ['image']],
    [['driver', 'serve', '--na'], ['--name']],
    [['plan', '--container', ''], []],
    [['prepare', 'web-1', 'ap'], ['app.json']],
    [
      ['prepare', '--format', ''],
      ['json', 'mesos', 'commands'],
    ],
    [['recover', '--running', 'ap'], ['app.json']],
    [['release', '--fo'], ['--forget']],
    [['admit', '--si'], ['--since']],
    [['admit', 'ap'], ['app.json']],
    [
      ['admit', '--fail-on', ''],
      ['warn', 'deny'],
    ],
    [['test', '--min'], ['--min-coverage']],
    [['ls', ''], []],
  ])('%j offers %j', async (words, offers) => {
    expect(await completeInBash(words)).toEqual(offers);
  });

  test('all commands are offered at the beginning', async () => {
    expect((await completeInBash([''])).sort()).toEqual(
      [
        ...['cleanup', 'completion', 'doctor', 'driver', 'explain', 'inspect', 'ls', 'plan', 'prepare', 'recover'],
        ...['release', 'run', 'version', 'admit', 'test', 'serve', 'policy'],
      ].sort(),
    );
  });
});

describe('fish', () => {
  test.each([
    ['dvdi pl', ['plan']],
    ['dvdi driver ', ['serve']],
    ['dvdi plan --format ', ['dot', 'json', 'mermaid', 'text']],
    ['dvdi run --pol', ['--policy']],
    ['dvdi run ap', ['app.json']],
    ['dvdi explain cli-us', ['cli-usage']],
    ['dvdi completion f', ['fish']],
    ['dvdi driver serve --backing i', ['image']],
  ])('%s offers %j', async (line, offers) => {
    expect((await completeInFish(line)).sort()).toEqual(offers);
  });
});

describe('zsh', () => {
  /**
   * Completion in zsh only works on a terminal, inside its line editor: zpty gives one, and the listing that TAB makes
   * is read from it.
   */
  async function completeInZsh(line: string): Promise<string> {
    const script = [
      'zmodload zsh/zpty',
      'zpty shell zsh --no-rcs --interactive',
      // The markers are put together by the inner shell, so that the echo of a command is not taken for its output.
      'zpty -w shell "PS1=; autoload -Uz compinit; compinit -D -u; source ./dvdi.zsh; print MARK-\'READY\'"',
      'zpty -r -m shell ready "*MARK-READY*"',
      `zpty -w -n shell ${JSON.stringify(line)}$'\\t'`,
      'zpty -w -n shell $\'\\C-a\\C-kprint MARK-"DONE"\\n\'',
      'zpty -r -m shell done "*MARK-DONE*"',
      'print -r -- "$done"',
      'zpty -d shell',
    ].join('\n');
    const { exitCode, stdout } = await runProgram('/usr/bin/zsh', ['--no-rcs', '-c', script], {
      cwd: directory,
      env: { HOME: directory, TERM: 'dumb' },
    });
    expect(exitCode).toBe(0);
    return stdout;
  }

  test('the script has no syntax error', async () => {
    const result = await runProgram('/usr/bin/zsh', ['--no-rcs', '--no-exec', './dvdi.zsh'], { cwd: directory });
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test.each([
    ['dvdi dri', 'dvdi driver'],
    ['dvdi plan --form', 'dvdi plan --format'],
    ['dvdi run ap', 'dvdi run app.json'],
    ['dvdi admit a.json ap', 'dvdi admit a.json app.json'],
    ['dvdi explain cli-us', 'dvdi explain cli-usage'],
    ['dvdi driver serve --backing i', 'dvdi driver serve --backing image'],
  ])('%s becomes %s', async (line, completed) => {
    expect(await completeInZsh(line)).toContain(completed);
  });
});
