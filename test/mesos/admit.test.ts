import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Admission } from '../../host/core/index.ts';
import { readAdmitCases } from '../support/admit-case.ts';
import { dvdi } from '../support/cli.ts';
import { dvdiAgent } from '../support/native.ts';
import { useTemporaryDirectory } from '../support/temporary-directory.ts';

const directory = useTemporaryDirectory();
const now = '2026-12-01T00:00:00Z';
const upgradeStrategy = { minimumHealthCapacity: 0, maximumOverCapacity: 0 };

const app = (id: string, env: Readonly<Record<string, string>>) => ({ id, cmd: 'x', upgradeStrategy, env });

function file(name: string, document: unknown): string {
  const path = join(directory.path, name);
  writeFileSync(path, typeof document === 'string' ? document : JSON.stringify(document));
  return path;
}

/** What the program prints, and how it ends. */
async function admit(...words: readonly string[]) {
  const { exitCode, stdout } = await dvdiAgent(['admit', '--now', now, ...words]);
  const answer = JSON.parse(stdout) as { documents: (Admission & { file: string })[]; error?: { code: string } };
  return { exitCode, stdout, ...answer };
}

/** Both programs with the same words: what each prints, as one line of JSON, and how it ends. */
async function both(words: readonly string[], cwd = directory.path) {
  const argv = ['admit', '--json', '--now', now, ...words];
  const [node, native] = await Promise.all([dvdi(argv, { cwd }), dvdiAgent(argv, { cwd })]);
  const line = (text: string) => JSON.stringify(JSON.parse(text));
  return [node, native].map(({ exitCode, stdout }) => ({ exitCode, report: line(stdout) }));
}

test('the report of `dvdi admit --json`, for every case of admit, under its policy', async () => {
  const cases = readAdmitCases();
  const policies = Map.groupBy(cases, ({ policy, request }) => JSON.stringify([policy.toString(), request.kind]));
  let checked = 0;
  for (const group of policies.values()) {
    const [{ policy, request }] = group as [(typeof cases)[number]];
    const folder = join(directory.path, `under-${checked}`);
    mkdirSync(folder);
    const files = group.map(({ input }, index) => {
      writeFileSync(join(folder, `${index}.json`), input);
      return `${index}.json`;
    });
    writeFileSync(join(folder, 'policy.json'), policy);
    const kind = request.kind === 0 ? [] : ['--kind', await kindName(request.kind)];
    const words = [...(policy.length === 0 ? [] : ['--policy', './policy.json']), ...kind, ...files];
    const [node, native] = await both(words, folder);
    expect(native).toEqual(node);
    checked += group.length;
  }
  expect(checked).toBe(cases.length);
});

async function kindName(id: number): Promise<string> {
  const { stdout } = await dvdiAgent(['describe']);
  return JSON.parse(stdout).kinds.find((kind: { id: number }) => kind.id === id).name;
}

test.each([
  ['a file that is not there, beside one that is', ['none.json', 'good.json'], 2],
  ['the same file twice', ['good.json', './good.json'], 0],
  ['a file in a folder that is a file', ['good.json/x'], 2],
  ['a file of 5 MiB', ['large.json', 'bad.json'], 2],
  ['a policy that is refused', ['--policy', 'refused.json', 'good.json'], 1],
  ['a policy that has a warning', ['--policy', 'odd.json', 'bad.json'], 1],
  ['a warning with --fail-on warn', ['--fail-on', 'warn', 'warned.json'], 1],
])('the same of %s', async (_what, words, exitCode) => {
  file('good.json', app('/a', { DVDI_VOLUME_NAME: 'v' }));
  file('bad.json', app('/a', { DVDI_VOLUME_NAM: 'v' }));
  file('warned.json', app('/a', { DVDI_VOLUME_OPTS: 'size=5' }));
  file('large.json', ' '.repeat(5 * 1024 * 1024));
  file('refused.json', { transport: 'none' });
  file('odd.json', { exceptions: [{ rule: 'unknown-variable', reason: 'x', until: '2020-01-01T00:00:00Z' }] });
  const [node, native] = await both(words);
  expect(native).toEqual(node);
  expect(native?.exitCode).toBe(exitCode);
});

test.each([
  ['0 when all are allowed', [], 'good', 0],
  ['1 when one is denied', [], 'bad', 1],
  ['0 for a warning', [], 'warned', 0],
])('exit code %s', async (_name, words, name, exitCode) => {
  file('good.json', app('/a', { DVDI_VOLUME_NAME: 'v' }));
  file('bad.json', app('/a', { DVDI_VOLUME_NAM: 'v' }));
  file('warned.json', app('/a', { DVDI_VOLUME_OPTS: 'size=5' }));
  expect((await admit(...words, join(directory.path, `${name}.json`))).exitCode).toBe(exitCode);
});

test('secrets of an app, a list, a group and a pod are in no answer, and in no fix', async () => {
  const env = {
    DVDI_VOLUME_NAME: 'data',
    DVDI_VOLUME_OPTS: 'password=hush-hush,password=hush-hush,size=abc',
    DVDI_VOLUME_EXPLICITCREATE: 'true ',
  };
  const documents = {
    'app.json': app('/a', env),
    'list.json': [app('/a', env)],
    'group.json': { id: '/g', groups: [{ id: 'h', apps: [app('a', env)] }] },
    'pod.json': { id: '/pod', environment: env, containers: [{ name: 'c', environment: env }] },
  };
  const paths = Object.entries(documents).map(([name, document]) => file(name, document));
  const { stdout, documents: got } = await admit(...paths);
  expect(got.map(({ verdict }) => verdict)).toEqual(['deny', 'deny', 'deny', 'deny']);
  expect(stdout).toContain('option-repeated');
  expect(stdout).not.toContain('hush');
  const [node, native] = await both(paths);
  expect(native).toEqual(node);
});

test.each(['2026-02-29T00:00:00Z', '2026-12-01', '2026-12-01T24:61:00Z', 'now'])('%s is no --now', async (time) => {
  const { exitCode, stdout } = await dvdiAgent(['admit', '--now', time, file('a.json', {})]);
  expect({ exitCode, code: JSON.parse(stdout).error.code }).toEqual({ exitCode: 2, code: 'cli-usage' });
});

test('YAML is refused, and says who reads it', async () => {
  const { exitCode, error } = await admit(file('a.yaml', 'id: /a'));
  expect({ exitCode, code: error?.code }).toEqual({ exitCode: 2, code: 'cli-usage' });
});
