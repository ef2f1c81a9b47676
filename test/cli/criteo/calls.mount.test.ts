import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jest } from '@jest/globals';

import { type CliResult, dvdi, runProgram } from '../../support/cli.ts';
import { type CriteoCaller, type CriteoResult, criteoCaller } from '../../support/criteo-caller.ts';
import { guardMounts, mountLines } from '../../support/mount-guard.ts';
import { ACTIVATED, type ScriptedPlugin, startPlugin } from '../../support/scripted-plugin.ts';
import { type ServedDriver, serveDriver } from '../../support/served-driver.ts';
import { waitFor } from '../../support/wait-for.ts';

jest.setTimeout(120_000);

const guard = guardMounts();

interface Id {
  readonly value: string;
  readonly parent?: Id;
}

const root: Id = { value: '86d83b9e' };
const nested: Id = { value: '7fc22e23', parent: root };

/** What the module hands to prepare and cleanup, with two variables for a volume in command_info. */
function input(id: Id, volume: string | null, fields: Readonly<Record<string, unknown>> = {}): string {
  const variables = [
    { name: 'DVDI_VOLUME_NAME', type: 'VALUE', value: volume },
    { name: 'DVDI_VOLUME_DRIVER', type: 'VALUE', value: 'platform1' },
    { name: 'DVDI_VOLUME_OPTS', type: 'VALUE', value: 'size=1' },
    { name: 'DVDI_VOLUME_CONTAINERPATH', type: 'VALUE', value: join(guard.directory, `volume-${volume}`) },
  ];
  const environment = { variables: volume === null ? [] : variables };
  const config = {
    container_class: 'DEFAULT',
    directory: join(guard.directory, 'sandbox'),
    command_info: { shell: true, value: 'sleep 60', environment },
    user: 'root',
    ...fields,
  };
  return JSON.stringify({ container_id: id, container_config: config });
}

async function configure(fields: Readonly<Record<string, unknown>>): Promise<CriteoCaller> {
  const file = join(guard.directory, 'criteo.json');
  await writeFile(file, JSON.stringify({ stateDirectory: state(), wait: false, ...fields }), { mode: 0o600 });
  return criteoCaller(guard.directory, { DVDI_CONFIG: file });
}

const state = (): string => join(guard.directory, 'state');

async function list(): Promise<{
  volumes: { name: string; containers: string[] }[];
  containers: { container: string }[];
}> {
  return JSON.parse((await dvdi(['ls', '--json', '--state-dir', state()])).stdout);
}

/** Each process that has the ledger open has a file there; what goes on in the background is nobody's child. */
async function waitForBackground(): Promise<void> {
  await waitFor(
    'the work in the background to end',
    () => readdirSync(join(state(), 'holders')).length === 0 || undefined,
  );
}

const empty = { volumes: [], containers: [], damages: [] };

describe('with the embedded driver', () => {
  let driver: ServedDriver;
  let agent: CriteoCaller;

  beforeEach(async () => {
    driver = await serveDriver(guard.directory, 'platform1');
    agent = await configure({ pluginDirectories: [driver.pluginDirectory] });
    await mkdir(join(guard.directory, 'sandbox'));
  });

  afterEach(() => driver.end());

  const source = (name: string): string => join(guard.directory, `store/platform1/volumes/${name}/mount/data`);

  async function recover(...words: readonly string[]): Promise<CliResult> {
    return dvdi(['recover', '--state-dir', state(), '--plugin-dir', driver.pluginDirectory, ...words], { input: '[]' });
  }

  test('a container is prepared and cleaned up: OUTPUT is what Mesos binds, ERROR stays empty', async () => {
    const document = input(root, 'data');
    const prepared = await agent.call('prepare', document);
    expect(prepared).toMatchObject({ exitCode: 0, stdout: '', error: '' });
    expect(JSON.parse(prepared.output)).toEqual({
      clone_namespaces: [131072],
      mounts: [{ source: source('data'), target: join(guard.directory, 'volume-data'), flags: 20480 }],
    });
    expect((await list()).containers).toMatchObject([{ container: '86d83b9e' }]);
    expect(await agent.call('cleanup', document)).toMatchObject({ exitCode: 0, output: '', error: '' });
    expect(await list()).toEqual(empty);
  });

  test('Mesos can mount what it is told, in a namespace of its own', async () => {
    const { output } = await agent.call('prepare', input(root, 'data'));
    const [mount] = (JSON.parse(output) as { mounts: { source: string; target: string }[] }).mounts;
    const argv = [
      '--mount',
      '--propagation',
      'slave',
      '/bin/sh',
      '-c',
      'mount --rbind "$1" "$2" && stat -f -c %T "$2"',
    ];
    const seen = await runProgram('/usr/bin/unshare', [...argv, 'sh', mount?.source ?? '', mount?.target ?? '']);
    expect(seen).toMatchObject({ exitCode: 0, stdout: 'ext2/ext3\n' });
    await agent.call('cleanup', input(root, 'data'));
  });

  test('a nested container is another one than its parent', async () => {
    await agent.call('prepare', input(root, 'data'));
    expect(await agent.call('prepare', input(nested, 'other'))).toMatchObject({ exitCode: 0 });
    const { containers, volumes } = await list();
    expect(containers.map(({ container }) => container)).toEqual(['86d83b9e', '86d83b9e.7fc22e23']);
    expect(volumes.map(({ name, containers: users }) => [name, users])).toEqual([
      ['data', ['86d83b9e']],
      ['other', ['86d83b9e.7fc22e23']],
    ]);
    await agent.call('cleanup', input(nested, 'other'));
    expect((await list()).containers).toMatchObject([{ container: '86d83b9e' }]);
    await agent.call('cleanup', input(root, 'data'));
  });

  test.each([
    ['a DEBUG session', () => input({ value: 'debug', parent: nested }, 'data', { container_class: 'DEBUG' })],
    ['a container without variables', () => input(root, null)],
    ['the executor of a pod, as a real agent gave it', () => captured('pod-executor')],
    ['a nested DEBUG session, as a real agent gave it', () => captured('debug-nested-session')],
  ])('%s asks for nothing: nothing is answered, nothing is made', async (_name, document) => {
    expect(await agent.call('prepare', document())).toMatchObject({ exitCode: 0, output: '', error: '', stderr: '' });
    expect(existsSync(state())).toBe(false);
    expect(await agent.call('cleanup', document())).toMatchObject({ exitCode: 0, output: '', error: '' });
  });

  test.each(['command-task-dvdi-env', 'pod-nested-dvdi-env'])(
    '%s, as a real agent gave it, is understood',
    async (name) => {
      // Its volume is of the driver `rexray`, which is not here: the cause says so, and nothing is left.
      const { exitCode, output, error } = await agent.call('prepare', captured(name));
      expect({ exitCode, output }).toEqual({ exitCode: 3, output: '' });
      expect(error).toContain('[driver-missing]');
      expect(await agent.call('cleanup', captured(name))).toMatchObject({ exitCode: 0, error: '' });
      expect(await list()).toEqual(empty);
    },
  );

  test('a document that is refused: the cause is one line with code and place, and no secret', async () => {
    const document = input(root, 'data').replace('size=1', 'size=1,password=hunter2-secret,iops');
    const { exitCode, output, error, stderr } = await agent.call('prepare', document);
    expect({ exitCode, output }).toEqual({ exitCode: 1, output: '' });
    expect(error).toMatch(/^refused: .* \[option-without-value\] at 1:\d+; /u);
    expect(error).not.toContain('\n');
    expect(error + stderr).not.toContain('hunter2-secret');
    // Mesos cleans up after it all the same.
    expect(await agent.call('cleanup', document)).toMatchObject({ exitCode: 0, error: '' });
  });

  test('a volume in use by another container is refused by the ledger', async () => {
    await agent.call('prepare', input(root, 'data'));
    const { exitCode, error } = await agent.call('prepare', input(nested, 'data'));
    expect({ exitCode, cause: error }).toEqual({ exitCode: 1, cause: expect.stringContaining('[volume-in-use]') });
    await agent.call('cleanup', input(root, 'data'));
  });

  test('a cleanup only needs the id: whatever else the document has', async () => {
    await agent.call('prepare', input(root, 'data'));
    const huge = JSON.stringify({ container_id: root, container_config: { x: 'x'.repeat(2 * 1024 * 1024) } });
    expect(await agent.call('cleanup', huge)).toMatchObject({ exitCode: 0, error: '' });
    expect(await list()).toEqual(empty);
  });

  test('a policy that was broken since keeps no container from going', async () => {
    await agent.call('prepare', input(root, 'data'));
    const policy = join(guard.directory, 'policy.json');
    await writeFile(policy, '{"strictt":true}', { mode: 0o600 });
    const broken = await configure({ pluginDirectories: [driver.pluginDirectory], policy });
    const refused = await broken.call('prepare', input(nested, 'other'));
    expect(refused).toMatchObject({ exitCode: 1, error: expect.stringContaining('[policy-unknown-field]') });
    const cleaned = await broken.call('cleanup', input(root, 'data'));
    expect(cleaned).toMatchObject({
      exitCode: 0,
      error: '',
      stderr: expect.stringContaining('[policy-unknown-field]'),
    });
    expect(await list()).toEqual(empty);
  });

  test('a failed cleanup is taken up again in the background by a later call', async () => {
    await agent.call('prepare', input(root, 'data'));
    const nobody = join(guard.directory, 'nobody');
    await mkdir(nobody);
    const away = await configure({ pluginDirectories: [nobody] });
    const failed = await away.call('cleanup', input(root, 'data'));
    expect(failed).toMatchObject({ exitCode: 4, error: expect.stringContaining('[driver-missing]') });
    agent = await configure({ pluginDirectories: [driver.pluginDirectory] });
    await waitFor('the next try to be due', async () => {
      const { stdout } = await dvdi(['ls', '--state-dir', state()]);
      return stdout.includes('next is due') || undefined;
    });
    expect(await agent.call('cleanup', input(nested, null))).toMatchObject({ exitCode: 0, error: '' });
    await waitFor('the release in the background', async () => (await list()).volumes.length === 0 || undefined);
    await waitForBackground();
  });

  describe('recover --criteo', () => {
    const runtime = (): string => join(guard.directory, 'run-mesos');

    /** The directory of a container as the agent makes it. */
    async function container(ids: readonly string[], files: Readonly<Record<string, string>>): Promise<void> {
      const path = join(runtime(), ...ids.flatMap((id) => ['containers', id]));
      await mkdir(path, { recursive: true });
      for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text);
    }

    test('an orphan that was destroyed without a word is released, what runs or starts is kept', async () => {
      const names = ['running', 'starting', 'destroyed'];
      for (const name of names) await agent.call('prepare', input({ value: name }, name));
      await agent.call('prepare', input({ value: 'over', parent: { value: 'running' } }, 'nested'));
      await container(['running'], { pid: String(process.pid), status: '' });
      await container(['running', 'over'], { pid: String(process.pid), termination: 'binary' });
      await container(['starting'], {});
      const { exitCode, stdout } = await recover('--criteo', runtime());
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^released 2 volumes, forgot 2 containers$/mu);
      expect((await list()).containers.map((each) => each.container)).toEqual(['running', 'starting']);
      for (const name of ['running', 'starting']) await agent.call('cleanup', input({ value: name }, name));
      expect(await list()).toEqual(empty);
    });

    test('another directory is refused, and everything stays', async () => {
      await agent.call('prepare', input(root, 'data'));
      const { exitCode, stderr } = await recover('--criteo', guard.directory);
      expect(exitCode).toBe(2);
      expect(stderr).toContain('[cli-containers]');
      expect((await list()).containers).toHaveLength(1);
      await agent.call('cleanup', input(root, 'data'));
    });
  });
});

describe('when the module has no more time', () => {
  let plugin: ScriptedPlugin;
  let hangs: 'Mount' | 'Unmount' | null = null;

  beforeEach(async () => {
    const answer = (call: 'Mount' | 'Unmount', document: object) => () =>
      hangs === call ? 'hang' : { json: document };
    const mountpoint = join(guard.directory, 'plain');
    await mkdir(mountpoint);
    plugin = await startPlugin('platform1', {
      'Plugin.Activate': ACTIVATED,
      'VolumeDriver.Get': () => ({ json: { Volume: { Name: 'data', Mountpoint: '' }, Err: '' } }),
      'VolumeDriver.List': { json: { Volumes: [{ Name: 'data' }], Err: '' } },
      'VolumeDriver.Mount': answer('Mount', { Mountpoint: mountpoint, Err: '' }),
      'VolumeDriver.Unmount': answer('Unmount', { Err: '' }),
    });
  });

  afterEach(() => plugin.stop());

  /** SIGTERM, as the module sends it, once the driver has been asked; what the executable came to within a second. */
  async function timeOut(agent: CriteoCaller, action: 'prepare' | 'cleanup'): Promise<CriteoResult> {
    const asked = plugin.requests.length;
    const call = await agent.start(action, input(root, 'data'));
    const method = action === 'prepare' ? 'Mount' : 'Unmount';
    await waitFor('the driver to be asked', () => plugin.calls().slice(asked).includes(method) || undefined);
    call.program.kill('SIGTERM');
    return call.result;
  }

  test('a prepare gives up, and the cleanup that follows leaves nothing', async () => {
    const agent = await configure({ pluginDirectories: [plugin.directory] });
    hangs = 'Mount';
    const { exitCode, output, error } = await timeOut(agent, 'prepare');
    expect({ exitCode, output }).toEqual({ exitCode: 143, output: '' });
    expect(error).toContain('[driver-timeout]');
    hangs = null;
    expect(await agent.call('cleanup', input(root, 'data'))).toMatchObject({ exitCode: 0, error: '' });
    await waitFor('nothing to be left', async () => (await list()).volumes.length === 0 || undefined);
  });

  test('a cleanup goes on in the background', async () => {
    const agent = await configure({ pluginDirectories: [plugin.directory] });
    hangs = null;
    expect(await agent.call('prepare', input(root, 'data'))).toMatchObject({ exitCode: 0 });
    hangs = 'Unmount';
    const { exitCode, error } = await timeOut(agent, 'cleanup');
    hangs = null;
    expect(exitCode).toBe(143);
    expect(error).toBe('SIGTERM came before all was released; it goes on in the background');
    await waitFor('the container to be gone', async () => (await list()).containers.length === 0 || undefined);
    await waitFor('the volume to be gone', async () => {
      await dvdi(['release', '--due', '--state-dir', state(), '--plugin-dir', plugin.directory]);
      return (await list()).volumes.length === 0 || undefined;
    });
    await waitForBackground();
    expect((await mountLines()).filter((line) => line.startsWith(guard.directory))).toEqual([]);
  });
});

test('called by hand without files it says what it is for', async () => {
  const executable = join(import.meta.dirname, '../../../build/host/cli/criteo-prepare.js');
  const help = await runProgram(process.execPath, [executable, '--help']);
  expect(help).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('dvdi-criteo-prepare INPUT OUTPUT ERROR'),
  });
  const wrong = await runProgram(process.execPath, [executable]);
  expect(wrong).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[criteo-input]') });
});

function captured(name: string): string {
  const file = join(import.meta.dirname, `../../cases/prepare/mesos-captured/${name}/input.json`);
  return readFileSync(file, 'utf8');
}
