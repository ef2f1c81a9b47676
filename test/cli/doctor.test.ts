import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { SqliteLedger } from '../../host/isolator/ledger/sqlite-ledger.ts';
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

describe('the state directory', () => {
  const words = (): string[] => ['--state-dir', join(directory, 'state')];
  const volume = { driver: 'platform1', name: 'data\u001b[31m' };

  test('one that nobody has used yet is fine, and looking makes none', async () => {
    const { byId } = await checks(...words());
    expect(byId.get('ledger')).toMatchObject({ level: 'ok', found: expect.stringContaining('none yet') });
    expect(existsSync(join(directory, 'state'))).toBe(false);
  });

  test('the version of the ledger and what is in it', async () => {
    const ledger = await SqliteLedger.open({ stateDirectory: join(directory, 'state') });
    ledger.close();
    const { byId } = await checks(...words());
    expect(byId.get('ledger')).toMatchObject({ level: 'ok', found: 'version 1, 0 containers, 0 volumes' });
    expect(byId.get('failed-releases')).toMatchObject({ level: 'ok', found: 'none' });
  });

  test('a release that failed is noted with its reason, and never printed raw', async () => {
    const ledger = await SqliteLedger.open({ stateDirectory: join(directory, 'state') });
    await ledger.change((rows) => {
      const claim = { ...volume, container: 'web-1', options: [], path: null, mode: 'rw', step: 0 } as const;
      rows.intend({ container: 'web-1', requestHash: null, process: null }, [
        { ...claim, transport: { kind: 'plugin' } },
      ]);
      rows.noteVolume(volume, { state: 'mounted', mountpoint: '/mnt/data', mount: null });
      rows.forget('web-1');
      const failure = { error: 'busy', retry: null };
      rows.noteVolume(volume, { state: 'uncertain', mountpoint: '/mnt/data', mount: null, failure });
    });
    ledger.close();
    const { byId } = await checks(...words());
    expect(byId.get('failed-releases')).toMatchObject({
      level: 'note',
      found: 'platform1/data\\x1b[31m (1 tries: busy)',
      remedy: expect.stringContaining('dvdi release --all'),
    });
    const { stdout } = await dvdi(['doctor', '--plugin-dir', directory, ...words()]);
    expect(stdout).not.toMatch(/[^\P{C}\n]/u);
  });

  test('a ledger that was damaged is told of, by ls as well', async () => {
    await mkdir(join(directory, 'state'), { mode: 0o700 });
    await writeFile(join(directory, 'state/ledger.sqlite'), 'rubbish '.repeat(1000), { mode: 0o600 });
    const { byId } = await checks(...words());
    expect(byId.get('ledger-damage 0')).toMatchObject({
      level: 'note',
      found: expect.stringContaining('set aside as'),
    });
    expect(JSON.parse((await dvdi(['ls', '--json', ...words()])).stdout).damages).toHaveLength(1);
    expect((await dvdi(['ls', ...words()])).stderr).toContain('the ledger was damaged on ');
  });

  test('whoever meets the damage first is told', async () => {
    await mkdir(join(directory, 'state'), { mode: 0o700 });
    await writeFile(join(directory, 'state/ledger.sqlite'), 'rubbish '.repeat(1000), { mode: 0o600 });
    const first = await dvdi(['cleanup', ...words(), 'nobody']);
    expect(first).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('THE LEDGER WAS DAMAGED') });
    expect((await dvdi(['cleanup', ...words(), 'nobody'])).stderr).not.toContain('DAMAGED');
  });

  test('one that cannot be used is a fault', async () => {
    await mkdir(join(directory, 'state'));
    await chmod(join(directory, 'state'), 0o777);
    await writeFile(join(directory, 'state/ledger.sqlite'), '');
    const { exitCode, byId } = await checks(...words());
    expect(exitCode).toBe(3);
    expect(byId.get('ledger')).toMatchObject({ level: 'missing', remedy: expect.stringContaining('chmod') });
  });
});
