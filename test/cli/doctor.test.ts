import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { cliPath, dvdi, runProgram } from '../support/cli.ts';

interface Check {
  readonly id: string;
  readonly level: string;
  readonly found: string;
  readonly remedy: string | null;
}

let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dvdi-doctor-'));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

async function checks(...words: readonly string[]): Promise<{ exitCode: number | null; byId: Map<string, Check> }> {
  const { exitCode, stdout } = await dvdi(['doctor', '--json', '--plugin-dir', directory, ...words]);
  const { checks: list } = JSON.parse(stdout) as { checks: Check[] };
  return { exitCode, byId: new Map(list.map((check) => [check.id, check])) };
}

async function writePolicy(policy: object): Promise<string> {
  const file = join(directory, 'policy.json');
  await writeFile(file, JSON.stringify(policy));
  return file;
}

test('a machine without a driver is told so, with what to do, and the exit code says it', async () => {
  const { exitCode, byId } = await checks();
  expect(exitCode).toBe(3);
  expect(byId.get('plugins')).toMatchObject({ level: 'missing', remedy: expect.stringContaining('dvdi driver serve') });
});

test('what is there is found: Node, core, rights, mount namespaces', async () => {
  const { byId } = await checks();
  for (const id of ['node', 'core', 'rights', 'mount-namespace']) {
    expect(byId.get(id)).toMatchObject({ level: 'ok', remedy: null });
  }
});

test('whatever is not ok says what to do', async () => {
  const { byId } = await checks();
  for (const check of byId.values()) expect(check.level === 'ok').toBe(check.remedy === null);
});

test('a socket that nobody answers on is noted and does not hang', async () => {
  const server = createServer(() => {}); // Takes connections and never says a word.
  await new Promise<void>((done) => server.listen(join(directory, 'mute.sock'), done));
  try {
    const { byId } = await checks();
    expect(byId.get('plugin mute')).toMatchObject({ level: 'note' });
  } finally {
    server.close();
  }
});

test('a broken spec file is noted', async () => {
  await writeFile(join(directory, 'broken.spec'), 'no-address\u001b[31m');
  const { byId } = await checks();
  expect(byId.get('plugin broken')).toMatchObject({ level: 'note' });
  const { stdout } = await dvdi(['doctor', '--plugin-dir', directory]);
  expect(stdout).not.toMatch(/[^\P{C}\n]/u);
});

test('a dvdcli that others can write is a danger, one that root owns is not', async () => {
  const dvdcli = join(directory, 'dvdcli');
  await writeFile(dvdcli, '#!/bin/false\n', { mode: 0o755 });
  const policy = await writePolicy({ dvdcliPaths: [dvdcli] });
  expect((await checks('--policy', policy)).byId.get(`dvdcli ${dvdcli}`)).toMatchObject({ level: 'ok' });
  await chmod(dvdcli, 0o777);
  expect((await checks('--policy', policy)).byId.get(`dvdcli ${dvdcli}`)).toMatchObject({
    level: 'missing',
    remedy: `chown root ${dvdcli} && chmod go-w ${dvdcli}`,
  });
});

describe('--policy', () => {
  function dvdclisOf(byId: Map<string, Check>): string[] {
    return [...byId.keys()].filter((id) => id.startsWith('dvdcli '));
  }

  test.each([
    ['every dvdcli that it lists is looked at', ['/opt/one', '/opt/two'], ['dvdcli /opt/one', 'dvdcli /opt/two']],
    ['none when it allows none', [], []],
    ['the default of the core when it says nothing', undefined, ['dvdcli /usr/bin/dvdcli']],
  ])('%s', async (_title, dvdcliPaths, expected) => {
    const { byId } = await checks('--policy', await writePolicy({ strict: true, dvdcliPaths }));
    expect(byId.get('policy')).toMatchObject({ level: 'ok' });
    expect(dvdclisOf(byId)).toEqual(expected);
  });

  test('without one the default of the core counts', async () => {
    const { byId } = await checks();
    expect(byId.has('policy')).toBe(false);
    expect(dvdclisOf(byId)).toEqual(['dvdcli /usr/bin/dvdcli']);
  });

  test('one that the core refuses is a fault, with its place, and nothing that it names is looked at', async () => {
    const file = await writePolicy({ dvdcliPaths: ['/opt/one'], dvdcliPath: ['/opt/two'] });
    const { byId, exitCode } = await checks('--policy', file);
    expect(exitCode).toBe(3);
    expect(byId.get('policy')).toMatchObject({
      level: 'missing',
      found: expect.stringMatching(/^is refused: 1:\d+: .*dvdcliPath/u),
      remedy: expect.stringContaining('dvdi explain policy-unknown-field'),
    });
    expect(dvdclisOf(byId)).toEqual([]);
  });

  test('it may come from standard input; one that cannot be read is a mistake of the command line', async () => {
    const argv = ['doctor', '--json', '--plugin-dir', directory, '--policy'];
    const piped = await dvdi([...argv, '-'], { input: '{"dvdcliPaths":["/opt/one"]}' });
    expect(piped.stdout).toContain('dvdcli /opt/one');
    expect((await dvdi([...argv, join(directory, 'none')])).exitCode).toBe(2);
  });
});

test('without rights each right that lacks is named', async () => {
  const argv = ['--reuid', '65534', '--clear-groups', '--inh-caps', '-all', process.execPath, cliPath];
  const { exitCode, stdout } = await runProgram('/usr/bin/setpriv', [...argv, 'doctor', '--json'], { cwd: '/' });
  expect(exitCode).toBe(3);
  const rights = (JSON.parse(stdout) as { checks: Check[] }).checks.find(({ id }) => id === 'rights');
  expect(rights).toMatchObject({ level: 'missing', found: expect.stringContaining('CAP_SYS_ADMIN') });
});

test('the text has a line a check and a sum; --quiet leaves out what is fine', async () => {
  const all = (await dvdi(['doctor', '--plugin-dir', directory])).stdout;
  expect(all).toMatch(/^ok {7}Node: /mu);
  expect(all.trimEnd().split('\n').at(-1)).toMatch(/^tasks with volumes cannot be run here: 1 missing/u);
  const faults = (await dvdi(['doctor', '--quiet', '--plugin-dir', directory])).stdout;
  expect(faults).not.toMatch(/^ok /mu);
  expect(faults).toMatch(/^missing {2}volume drivers: /mu);
});
