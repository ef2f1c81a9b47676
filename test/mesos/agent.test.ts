import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CliResult, dvdi } from '../support/cli.ts';
import { dvdiAgent } from '../support/native.ts';
import { useTemporaryDirectory } from '../support/temporary-directory.ts';

const root = join(import.meta.dirname, '../..');
const prepareCases = join(root, 'test/cases/prepare');
const twoVolumes = join(root, 'examples/two-volumes.json');
const directory = useTemporaryDirectory();

/** Both programs with the same words: what they print and how they end must be the same. */
async function expectSame(argv: readonly string[], input = ''): Promise<CliResult> {
  const [node, native] = await Promise.all([dvdi(argv, { input }), dvdiAgent(argv, { input })]);
  expect(native).toEqual(node);
  return native;
}

/** A file of the test's own directory. */
function file(name: string, content: string | Uint8Array): string {
  const path = join(directory.path, name);
  writeFileSync(path, content);
  return path;
}

/** Every fourth case: test/mesos/calls.test.ts has them all, without the programs around the core. */
const cases = readdirSync(prepareCases)
  .flatMap((topic) => readdirSync(join(prepareCases, topic)).map((name) => join(prepareCases, topic, name)))
  .filter((path) => existsSync(join(path, 'input.json')))
  .filter((_, index) => index % 4 === 0);

/** The words that name a case's document and policy. */
const wordsOf = (path: string) => {
  const policy = join(path, 'policy.json');
  return [join(path, 'input.json'), ...(existsSync(policy) ? ['--policy', policy] : [])];
};

test.each(cases.map((path) => [path.slice(prepareCases.length + 1), path] as const))(
  'plan --json and inspect --json of %s',
  async (_, path) => {
    await expectSame(['plan', '--json', ...wordsOf(path)]);
    await expectSame(['inspect', '--json', ...wordsOf(path)]);
  },
);

test.each(['environment', 'hello-play', 'mistakes', 'two-volumes'])('the example %s', async (name) => {
  const example = join(root, `examples/${name}.json`);
  const policy = join(root, 'examples/policy.json');
  for (const words of [[example], [example, '--policy', policy], [example, '--container', 'web.1']]) {
    await expectSame(['plan', '--json', ...words]);
    await expectSame(['inspect', '--json', ...words]);
  }
});

test('a document on standard input, of a kind that is named', async () => {
  const { exitCode } = await expectSame(['plan', '--json', '--kind', 'environment', '-'], '{"DVDI_VOLUME_NAME":"v"}');
  expect(exitCode).toBe(0);
  await expectSame(['plan', '--json', '--kind=marathon-app', '-'], '{"DVDI_VOLUME_NAME":"v"}');
});

test('secrets come out of neither', async () => {
  const environment = file('secret.json', '{"DVDI_VOLUME_NAME":"v","DVDI_VOLUME_OPTS":"password=hunter2,pin=12,x"}');
  const { stdout, exitCode } = await expectSame(['plan', '--json', environment]);
  expect(exitCode).toBe(1);
  expect(stdout).not.toContain('hunter2');
  const good = file('good.json', '{"DVDI_VOLUME_NAME":"v","DVDI_VOLUME_OPTS":"password=hunter2,pin=12"}');
  expect((await expectSame(['plan', '--json', good])).stdout).toContain('"value":"***"');
  expect((await expectSame(['inspect', '--json', good])).stdout).not.toContain('hunter2');
});

test('a policy that is refused decides nothing', async () => {
  const policy = file('policy.json', '{"strict":"maybe"}');
  for (const verb of ['plan', 'inspect']) {
    const { exitCode, stdout } = await expectSame([verb, '--json', '--policy', policy, twoVolumes]);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'deny' });
  }
});

test('a document that is none, of bytes that are no UTF-8, or over the limit of the core', async () => {
  expect((await expectSame(['plan', '--json', file('a.json', '{')])).exitCode).toBe(1);
  expect((await expectSame(['plan', '--json', file('b.json', Buffer.of(0x7b, 0x22, 0xff, 0x22, 0x7d))])).exitCode).toBe(
    1,
  );
  expect((await expectSame(['plan', '--json', file('c.json', ' '.repeat(1024 * 1024 + 1))])).exitCode).toBe(1);
});

test('what cannot be read ends both in the same words', async () => {
  mkdirSync(join(directory.path, 'directory'));
  for (const name of ['absent.json', 'directory', `${'x'.repeat(300)}.json`, 'a.json/b.json']) {
    file('a.json', '{}');
    const { exitCode, stdout } = await expectSame(['plan', '--json', join(directory.path, name)]);
    expect({ exitCode, code: JSON.parse(stdout).error.code }).toEqual({ exitCode: 2, code: 'cli-input' });
  }
  const large = file('large.json', Buffer.alloc(4 * 1024 * 1024 + 1, ' '));
  expect(JSON.parse((await expectSame(['plan', '--json', large])).stdout).error.code).toBe('cli-input-size');
  expect((await expectSame(['plan', '--json', '--policy', '-', '-'])).exitCode).toBe(2);
  expect((await expectSame(['plan', '--json', '--kind', 'marathon-ap', twoVolumes])).stdout).toContain(
    'perhaps --kind marathon-app',
  );
  expect((await expectSame(['plan', '--json', '--kind', 'qqqqqqq', twoVolumes])).exitCode).toBe(2);
});

test.each([
  [['plann', twoVolumes], "unknown command 'plann'", /perhaps plan;/u],
  [['plan'], "missing required argument 'file'", /plan --help/u],
  [['plan', twoVolumes, twoVolumes], "too many arguments for 'plan'", /plan --help/u],
  [['plan', '--polcy', 'x', twoVolumes], "unknown option '--polcy'", /perhaps --policy;/u],
  [['plan', twoVolumes, '--policy'], "option '--policy' lacks its value", /plan --help/u],
  [['plan', '--json=yes', twoVolumes], "option '--json' takes no value", /plan --help/u],
])('a command line that cannot be understood: %j', async (argv, message, advice) => {
  const { exitCode, stdout, stderr } = await dvdiAgent(argv);
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' });
  const { error } = JSON.parse(stdout);
  expect(error).toMatchObject({ code: 'cli-usage', message });
  expect(error.advice).toMatch(advice);
});

test('help, of the program and of a verb', async () => {
  const { exitCode, stdout } = await dvdiAgent(['--help']);
  expect(exitCode).toBe(0);
  for (const verb of ['plan', 'inspect', 'describe', 'version']) {
    expect(stdout).toMatch(new RegExp(`^ {2}${verb} `, 'mu'));
    expect((await dvdiAgent([verb, '--help'])).stdout).toMatch(new RegExp(`^Usage: dvdi-agent ${verb}`, 'u'));
  }
  const bare = await dvdiAgent([]);
  expect(bare).toMatchObject({ exitCode: 2, stdout: '', stderr: stdout });
});

test('version has the fields of dvdi version, and wasmtime in the place of Node', async () => {
  const [node, native] = await Promise.all([dvdi(['version', '--json']), dvdiAgent(['version'])]);
  const { node: _, ...expected } = JSON.parse(node.stdout);
  const { wasmtime, ...got } = JSON.parse(native.stdout);
  expect(got).toEqual(expected);
  expect(wasmtime).toMatch(/^\d+\.\d+\.\d+$/u);
  expect((await dvdiAgent(['--version'])).stdout).toBe(native.stdout);
});

test('describe is what the core says of itself', async () => {
  const { exitCode, stdout } = await dvdiAgent(['describe']);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout).rules.length).toBeGreaterThan(30);
});

test('doctor says the same of what both hosts need', async () => {
  const argv = ['doctor', '--json', '--state-dir', join(directory.path, 'none'), '--plugin-dir', directory.path];
  const checksOf = ({ stdout }: CliResult): Map<string, object> =>
    new Map(JSON.parse(stdout).checks.map((check: { id: string }) => [check.id, check]));
  const [node, native] = (await Promise.all([dvdi(argv), dvdiAgent(argv)])).map(checksOf) as [
    Map<string, object>,
    Map<string, object>,
  ];
  const shared = [...node.keys()].filter((id) => native.has(id));
  expect(shared).toEqual(
    expect.arrayContaining(['core', 'rights', 'mount-namespace', 'mount-propagation', 'plugins', 'ledger']),
  );
  for (const id of shared) expect(native.get(id)).toEqual(node.get(id));
});
