import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type CliResult, dvdi } from '../../support/cli.ts';
import { useTemporaryDirectory } from '../../support/temporary-directory.ts';

const directory = useTemporaryDirectory();
const root = join(import.meta.dirname, '../../..');

async function write(name: string, text: string): Promise<void> {
  const path = join(directory.path, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text);
}

const run = (argv: readonly string[]): Promise<CliResult> => dvdi(['test', ...argv], { cwd: directory.path });

const app = (opts: string): string => JSON.stringify({ DVDI_VOLUME_NAME: 'data', DVDI_VOLUME_OPTS: opts });

test('the examples pass', async () => {
  const { exitCode, stdout } = await dvdi(['test', 'examples/cases'], { cwd: root });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/2 cases: 2 passed, 0 failed; \d+ of \d+ rules seen, \d+ %\n$/u);
});

describe('a case that fails', () => {
  beforeEach(async () => {
    await write('cases/a.json', app('size=abc'));
    await write('cases/a.expect.yaml', 'title: is fine\nverdict: warn\nfindings: [{code: option-word, line: 3}]\n');
    await write('cases/b.yaml', 'DVDI_VOLUME_NAME: data\nDVDI_VOLUME_OPTS: size=5\n');
    await write('cases/b.expect.json', '{"verdict": "allow", "findings": []}');
  });

  test('shows how, and the exit code is 1', async () => {
    const { exitCode, stdout } = await run(['cases']);
    expect(exitCode).toBe(1);
    expect(stdout.split('\n').slice(0, 5)).toEqual([
      'failed  cases/a is fine',
      '          - verdict warn',
      '          + verdict deny',
      '          - option-word line 3',
      expect.stringMatching(/^ {10}\+ option-integer error \/DVDI_VOLUME_OPTS line 1: expected 'size'/u),
    ]);
    expect(stdout).toContain('ok      cases/b\n2 cases: 1 passed, 1 failed');
  });

  test('is in every output', async () => {
    const { exitCode } = await run(['-o', 'json=out.json', '-o', 'tap=out.tap', '-o', 'junit=out.xml', 'cases']);
    expect(exitCode).toBe(1);
    const { stdout: tap } = await run(['-o', 'tap', 'cases']);
    expect(tap).toMatch(
      /^TAP version 14\n1\.\.2\nnot ok 1 - cases\/a\.json is fine\n[\s\S]*\nok 2 - cases\/b\.yaml cases\/b\n$/u,
    );
    const { stdout: junit } = await run(['-o', 'junit', 'cases']);
    expect(junit).toContain('<testsuites name="dvdi test" tests="2" failures="1" errors="0" time="0">');
    const json = JSON.parse((await run(['--json', 'cases'])).stdout);
    expect(json).toMatchObject({
      passed: false,
      cases: [
        { name: 'cases/a', passed: false, missing: [{ code: 'option-word', line: 3 }] },
        { name: 'cases/b', passed: true, missing: [], unexpected: [] },
      ],
    });
    expect(json.coverage.covered).toContain('option-integer');
  });

  test('--quiet leaves out what passed', async () => {
    expect((await run(['--quiet', 'cases'])).stdout).not.toContain('cases/b');
  });
});

test('an expectation without findings is one of the verdict alone', async () => {
  await write('a.json', app('size=abc'));
  await write('a.expect.yaml', 'verdict: deny\n');
  expect((await run(['.'])).exitCode).toBe(0);
});

test('a case runs under the policy that it names, the nearest one, --policy, or the defaults', async () => {
  const bounds = (max: number): string => JSON.stringify({ drivers: { rexray: { options: { size: { max } } } } });
  const add = async (name: string, verdict: string, more = ''): Promise<void> => {
    await write(`${name}.json`, app('size=50'));
    await write(`${name}.expect.yaml`, `verdict: ${verdict}\n${more}`);
  };
  await write('cases/x/policy.json', bounds(10));
  await add('cases/x/y/near', 'deny');
  await add('cases/x/own', 'allow', 'policy: ../../wide.json\n');
  await add('cases/z', 'allow');
  await write('wide.json', bounds(100));
  await write('narrow.json', bounds(20));
  expect(await run(['cases'])).toMatchObject({ exitCode: 0 });
  const { stdout } = await run(['--policy', 'narrow.json', 'cases']);
  expect(stdout).toContain('failed  cases/z');
  expect(stdout).toContain('3 cases: 2 passed, 1 failed');
});

test('too little coverage is a failure that says what was not seen', async () => {
  await write('a.json', app('size=abc'));
  await write('a.expect.yaml', 'verdict: deny\n');
  expect((await run(['--min-coverage', '0', '.'])).exitCode).toBe(0);
  const { exitCode, stdout } = await run(['--min-coverage', '90', '.']);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/expected 90 %\nnot seen: .*path-protected/u);
  expect(stdout).not.toMatch(/not seen: .*(?:option-integer|policy-value|volume-in-use|driver-denied)/u);
});

test.each<[string, Record<string, string>, string]>([
  ['a document without an expectation', { 'a.json': '{}', 'a.expct.yaml': 'verdict: deny' }, '.expect.yaml or .json'],
  ['an expectation without a document', { 'a.expect.yaml': 'verdict: deny' }, 'one document beside it'],
  [
    'two documents for one',
    { 'a.json': '{}', 'a.yaml': '{}', 'a.expect.yaml': 'verdict: deny' },
    'one document beside it',
  ],
  ['no verdict', { 'a.json': '{}', 'a.expect.yaml': 'findings: []' }, 'a field verdict'],
  [
    'a verdict that there is not',
    { 'a.json': '{}', 'a.expect.yaml': 'verdict: refuse' },
    'allow, warn, deny as verdict',
  ],
  ['an unknown field', { 'a.json': '{}', 'a.expect.yaml': 'verdict: deny\nfindigs: []' }, 'only the fields'],
  [
    'a finding without a code',
    { 'a.json': '{}', 'a.expect.yaml': 'verdict: deny\nfindings: [{line: 1}]' },
    'a code of each',
  ],
  ['a broken expectation', { 'a.json': '{}', 'a.expect.json': '{' }, 'JSON or YAML'],
  ['a kind that there is not', { 'a.json': '{}', 'a.expect.yaml': 'verdict: deny\nkind: x' }, 'a kind: '],
  [
    'a policy that is refused',
    { 'policy.json': '{"x":1}', 'a.json': '{}', 'a.expect.yaml': 'verdict: deny' },
    'a policy that the core takes',
  ],
])('%s is an error: nothing is said of any case', async (_name, files, text) => {
  for (const [name, content] of Object.entries(files)) await write(name, content);
  const { exitCode, stdout, stderr } = await run(['.']);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain('[case-invalid]');
  expect(stderr).toContain(text);
});

test('a folder that is not there is an error', async () => {
  expect(await run(['nope'])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[document-missing]') });
});
