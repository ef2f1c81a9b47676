import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { dvdi, runProgram } from '../support/cli.ts';

const examples = join(import.meta.dirname, '../../examples');
const twoVolumes = join(examples, 'two-volumes.json');

let directory = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dvdi-plan-'));
});

afterAll(() => rm(directory, { recursive: true, force: true }));

async function fileWith(name: string, content: string): Promise<string> {
  const file = join(directory, name);
  await writeFile(file, content);
  return file;
}

describe('plan', () => {
  test('prints the plan on stdout and touches nothing', async () => {
    const { exitCode, stdout, stderr } = await dvdi(['plan', twoVolumes]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^prepare example: 2 volumes, 8 steps$/mu);
    expect(stdout).toMatch(/^ +\d+ {2}mount platform2\/testing2/mu);
  });

  test('needs no rights', async () => {
    const argv = ['--reuid', '65534', '--clear-groups', '--inh-caps', '-all', process.execPath];
    const cli = join(import.meta.dirname, '../../build/host/cli/dvdi.js');
    const result = await runProgram('/usr/bin/setpriv', [...argv, cli, 'plan', twoVolumes], { cwd: '/' });
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('--json and --format json are the same document', async () => {
    const { stdout } = await dvdi(['plan', '--json', twoVolumes]);
    expect(JSON.parse(stdout)).toMatchObject({ plan: 'prepare', container: 'example', verdict: 'allow' });
    expect((await dvdi(['plan', '--format', 'json', twoVolumes])).stdout).toBe(stdout);
  });

  test.each([
    ['mermaid', /^flowchart TD\n/u],
    ['dot', /^digraph "prepare example" \{\n[\s\S]*\n\}\n$/u],
  ])('--format %s', async (format, expected) => {
    const { exitCode, stdout } = await dvdi(['plan', '--format', format, twoVolumes]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(expected);
  });

  test('the container can be named', async () => {
    const { stdout } = await dvdi(['plan', '--container', 'c-1', '--json', twoVolumes]);
    expect(JSON.parse(stdout).container).toBe('c-1');
  });

  test('a document may come from a pipe', async () => {
    const { exitCode, stderr } = await dvdi(['plan', '-'], {
      input: '{"DVDI_VOLUME_NAME":"a","DVDI_VOLUME_OPTS":"x"}',
    });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^<stdin>:1:\d+: error: /mu);
  });

  test('with an error the findings are on stderr, the verdict on stdout, the exit code is 1', async () => {
    const { exitCode, stdout, stderr } = await dvdi(['plan', join(examples, 'mistakes.json')]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: 'prepare example: denied, nothing is done\n' });
    expect(stderr.trimEnd().split('\n').at(-1)).toBe('4 errors');
    expect((await dvdi(['plan', '--json', join(examples, 'mistakes.json')])).stderr).toBe('');
  });

  test('a reader that goes away early is no failure', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: bash expands it
    const script = '"$0" "$1" plan "$2" | head -n 1; exit ${PIPESTATUS[0]}';
    const cli = join(import.meta.dirname, '../../build/host/cli/dvdi.js');
    const result = await runProgram('/bin/bash', ['-c', script, process.execPath, cli, twoVolumes]);
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
  });
});

describe('a policy', () => {
  test('is in force', async () => {
    const policy = await fileWith('policy.json', '{"defaultDriver":"ceph","mountTimeoutMs":5000}');
    const { stdout } = await dvdi(['plan', '--policy', policy, '-'], { input: '{"DVDI_VOLUME_NAME":"a"}' });
    expect(stdout).toContain('mount ceph/a');
    expect(stdout).toContain('within 5 s');
  });

  test('with an error decides nothing, and is what the finding points into', async () => {
    const policy = await fileWith('strickt.json', '{\n  "strickt": true\n}');
    const { exitCode, stdout, stderr } = await dvdi(['plan', '--policy', policy, twoVolumes]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: 'prepare example: denied, nothing is done\n' });
    expect(stderr).toContain(`${policy}:2:4: error`);
    expect(stderr).toContain('      "strickt": true\n       ^^^^^^^');
  });

  test('the example is a policy', async () => {
    const argv = ['plan', '--policy', join(examples, 'policy.json'), twoVolumes];
    expect(await dvdi(argv)).toMatchObject({ exitCode: 0, stderr: '' });
  });
});

describe('input', () => {
  test.each([
    ['a file that is not there', '/nonexistent/x', 'ENOENT'],
    ['a directory', '/etc', 'EISDIR'],
  ])('%s', async (_name, file, got) => {
    const { exitCode, stderr } = await dvdi(['plan', file]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('[cli-input]');
    expect(stderr).toContain(got);
  });

  test('more than can be a document is not read to its end', async () => {
    const { exitCode, stderr } = await dvdi(['plan', '/dev/zero']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('[cli-input-size]');
    const large = await fileWith('large', 'x'.repeat(4 * 1024 * 1024 + 1));
    expect((await dvdi(['plan', large])).stderr).toContain('[cli-input-size]');
  });

  test('a document over the limit of the core is a finding', async () => {
    const large = await fileWith('over', JSON.stringify({ x: 'y'.repeat(1024 * 1024) }));
    const { exitCode, stderr } = await dvdi(['plan', large]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/: error: .* \[[a-z-]+\]$/mu);
  });

  test('document and policy cannot both be standard input', async () => {
    expect(await dvdi(['plan', '--policy', '-', '-'])).toMatchObject({ exitCode: 2 });
  });

  test('an unknown kind names the known ones', async () => {
    const { exitCode, stderr } = await dvdi(['plan', '--kind', 'marathon', twoVolumes]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('perhaps --kind marathon-app');
  });
});

describe('inspect', () => {
  test('says what was understood', async () => {
    const { exitCode, stdout } = await dvdi(['inspect', twoVolumes]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^marathon-app \(/u);
    expect(stdout).toContain('platform1/testing');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('verdict: allow');
  });

  test('other variables are named, their values are not shown', async () => {
    const app = JSON.stringify({ id: 'a', cmd: 'true', env: { PASSWORD: 'geheim' } });
    const { stdout } = await dvdi(['inspect', '-'], { input: app });
    expect(stdout).toContain('PASSWORD');
    expect(stdout).not.toContain('geheim');
  });

  test('--json is one document with the findings', async () => {
    const { exitCode, stdout, stderr } = await dvdi(['inspect', '--json', join(examples, 'mistakes.json')]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'marathon-app', verdict: 'deny' });
  });
});

describe('secrets', () => {
  const document = JSON.stringify({
    DVDI_VOLUME_NAME: 'a',
    DVDI_VOLUME_OPTS: 'password=hunter2-secret,size=x',
  });
  const app = JSON.stringify({ id: 'a', cmd: 'true', env: JSON.parse(document.replace('=x', '=5')) });

  test.each([
    ['plan', document],
    ['plan --json', document],
    ['inspect', document],
    ['inspect --json', document],
    ['plan', app],
    ['plan --json', app],
    ['plan --format dot', app],
    ['inspect --json', app],
  ])('dvdi %s prints none', async (words, input) => {
    const { stdout, stderr } = await dvdi([...words.split(' '), '-'], { input });
    expect(stdout + stderr).toMatch(/verdict|denied|password|digraph/u);
    expect(stdout + stderr).not.toContain('hunter2-secret');
  });
});

describe('hostile text in a document', () => {
  const hostile = '\\u001b]0;owned\\u0007\\u202e\\r\\n\u009b31m';

  test.each([
    ['a name', `{"DVDI_VOLUME_NAME":"${hostile}"}`],
    ['an option', `{"DVDI_VOLUME_NAME":"a","DVDI_VOLUME_OPTS":"${hostile}=${hostile}"}`],
    ['a path', `{"DVDI_VOLUME_NAME":"a","DVDI_VOLUME_CONTAINERPATH":"/tmp/${hostile}"}`],
    ['a variable', `{"DVDI_VOLUME_NAME${hostile}":"a"}`],
    ['a command', `{"id":"x","cmd":"${hostile}","user":"${hostile}","env":{"${hostile}":"","DVDI_VOLUME_NAME":"a"}}`],
    ['no JSON at all', 'x\u001b[31m\u202e'],
  ])('%s never reaches the terminal raw', async (_name, input) => {
    for (const words of [['plan'], ['inspect'], ['plan', '--format', 'dot'], ['plan', '--format', 'mermaid']]) {
      const { stdout, stderr } = await dvdi([...words, '-'], { input });
      expect(stdout + stderr).not.toBe('');
      expect(stdout + stderr).not.toMatch(/[^\P{C}\n]/u);
    }
  });
});

test('version', async () => {
  expect((await dvdi(['version'])).stdout).toMatch(/^dvdi \d+\.\d+\.\d+ \(core \d+\.\d+\.\d+, ABI 1\.\d+, Node 24\./u);
  expect(JSON.parse((await dvdi(['version', '--json'])).stdout)).toMatchObject({ abi: '1.2', limits: {} });
});
