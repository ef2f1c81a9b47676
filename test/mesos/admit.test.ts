import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Admission } from '../../host/core/index.ts';
import { Core } from '../../host/core/index.ts';
import { readBounded } from '../../host/system/bounded-read.ts';
import { packagePath } from '../../host/system/package-path.ts';
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

test('each document is what the core says of it, beside its file', async () => {
  const wasm = await readBounded(packagePath('build/dvdi.wasm'), { sizeMaxBytes: 1 << 20, silenceMaxMs: 1_000 });
  const core = await Core.load(new Uint8Array(wasm));
  const documents = [
    app('/a', { DVDI_VOLUME_NAME: 'v' }),
    [app('/b', { DVDI_VOLUME_NAM: 'v' })],
    { id: '/pod', containers: [] },
  ];
  const paths = documents.map((document, index) => file(`${index}.json`, document));
  const { documents: got } = await admit(...paths);
  const expected = documents.map((document, index) => ({
    file: paths[index],
    ...core.admit({ kind: 0, now }, JSON.stringify(document)),
  }));
  expect(got).toEqual(expected);
});

test.each([
  ['0 when all are allowed', [], 'good', 0],
  ['1 when one is denied', [], 'bad', 1],
  ['0 for a warning', [], 'warned', 0],
  ['1 for a warning with --fail-on warn', ['--fail-on', 'warn'], 'warned', 1],
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
});

test('YAML is refused, and says who reads it', async () => {
  const { exitCode, error } = await admit(file('a.yaml', 'id: /a'));
  expect({ exitCode, code: error?.code }).toEqual({ exitCode: 2, code: 'cli-usage' });
});
