import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { jest } from '@jest/globals';
import { type CliResult, dvdi } from '../support/cli.ts';
import { criteoCaller } from '../support/criteo-caller.ts';
import { writeDvdcli } from '../support/dvdcli-script.ts';
import { complaintsAbout } from '../support/log-page.ts';
import { guardMounts } from '../support/mount-guard.ts';
import {
  ACTIVATED,
  type PluginRequest,
  type Reaction,
  type ScriptedPlugin,
  startPlugin,
} from '../support/scripted-plugin.ts';

jest.setTimeout(240_000);

const guard = guardMounts();

/** Two secrets, of a key that looks like one and of one that policy names, and a short one. */
const OPTIONS = `size=1,password=canary-1 "it's"/+&<x>,account=canary-2,pin=q7z`;
/** No spelling of them is without these. */
const CANARY = /.{0,60}(?:canary|q7z).{0,20}/gu;

const under = (...names: string[]) => join(guard.directory, ...names);
const state = () => under('state');
const logFile = () => under('log');

/** What a driver makes of the options that it was given with Create: it repeats them in every way it knows. */
function repeated(options: unknown): string {
  const pairs = Object.entries((options ?? {}) as Record<string, string>);
  return [
    ...pairs.map(([key, value]) => `${key}=${value}`),
    ...pairs.map(([key, value]) => `cannot use ${value.length > 4 ? value : `${key}: ${value}`}`),
    JSON.stringify(options),
    JSON.stringify(JSON.stringify(options)),
    new URLSearchParams(pairs).toString(),
    pairs.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&'),
    pairs.map(([key, value]) => `'${key}=${value.replaceAll("'", "'\\''")}'`).join(' '),
  ].join('; ');
}

type Stage = 'create' | 'mountpoint' | 'unmount';

/** A driver that works until a stage, and repeats the options in what it says there. */
async function startTeller(stage: Stage): Promise<ScriptedPlugin> {
  let options: unknown = null;
  const refuse = (): Reaction => ({ json: { Err: repeated(options) } });
  return startPlugin('teller', {
    'Plugin.Activate': ACTIVATED,
    'VolumeDriver.Get': () => (options === null ? { json: { Err: 'no such volume' } } : refuse()),
    'VolumeDriver.List': () => ({ json: { Volumes: options === null ? [] : [{ Name: 'data' }], Err: '' } }),
    'VolumeDriver.Create': ({ body }: PluginRequest) => {
      options = body?.Opts;
      return stage === 'create' ? refuse() : { json: { Err: '' } };
    },
    'VolumeDriver.Mount': () => {
      const path = stage === 'mountpoint' ? `/nowhere/${JSON.stringify(options)}` : under('mounted');
      return { json: { Mountpoint: path, Err: '' } };
    },
    'VolumeDriver.Unmount': refuse,
    'VolumeDriver.Path': refuse,
  });
}

/** Everything that has come out so far, by where. */
class Harvest {
  readonly #texts: [string, string][] = [];

  add(where: string, text: string): void {
    this.#texts.push([where, text]);
  }

  /** Runs a command on the test's state directory, with its log. */
  async run(command: string, ...words: readonly string[]): Promise<CliResult> {
    const places = ['--state-dir', state(), '--log', logFile(), '--log-level', 'trace'];
    const result = await dvdi([command, ...places, ...words]);
    this.add(`stdout of ${command}`, result.stdout);
    this.add(`stderr of ${command}`, result.stderr);
    return result;
  }

  /** Where a canary was seen, and some of what stands around it, for who has to find out why. */
  leaks(): { where: string; around: string }[] {
    const log = existsSync(logFile()) ? readFileSync(logFile(), 'utf8') : '';
    const texts: [string, string][] = [...this.#texts, ['log', log], ...ledgerTexts()];
    return texts.flatMap(([where, text]) => [...text.matchAll(CANARY)].map(([around]) => ({ where, around })));
  }
}

/** What the ledger shows to people; the options themselves are there for the driver. */
function ledgerTexts(): [string, string][] {
  if (!existsSync(join(state(), 'ledger.sqlite'))) return [];
  using database = new DatabaseSync(join(state(), 'ledger.sqlite'), { readOnly: true });
  const errors = database.prepare('SELECT error FROM volumes').all();
  const answers = database.prepare('SELECT answer FROM containers').all();
  return [
    ['column error', JSON.stringify(errors)],
    ['column answer', JSON.stringify(answers)],
  ];
}

function logLines(): string[] {
  return readFileSync(logFile(), 'utf8').trimEnd().split('\n');
}

async function writePolicy(fields: object = {}): Promise<string> {
  const file = under('policy.json');
  const policy = { characters: 'printable', secretOptions: ['account', 'pin'], ...fields };
  await writeFile(file, JSON.stringify(policy), { mode: 0o600 });
  return file;
}

async function writeDocument(fields: Readonly<Record<string, string>> = {}): Promise<string> {
  const file = under('app.json');
  const env = { DVDI_VOLUME_NAME: 'data', DVDI_VOLUME_DRIVER: 'teller', DVDI_VOLUME_OPTS: OPTIONS, ...fields };
  await writeFile(file, JSON.stringify({ id: 'web', cmd: 'true', env }));
  return file;
}

const outputs: readonly (readonly string[])[] = [[], ['--json'], ['--quiet']];

describe.each<Stage>(['create', 'mountpoint', 'unmount'])('a driver that tells secrets at the stage %s', (stage) => {
  let plugin: ScriptedPlugin;

  beforeEach(async () => {
    plugin = await startTeller(stage);
    await mkdir(under('mounted'));
  });

  afterEach(() => plugin.stop());

  test.each(outputs.map((words) => [words.join(' ') || 'as text', words] as const))(
    'prepare, cleanup, retries, recover, ls and run tell none: %s',
    async (_name, words) => {
      const harvest = new Harvest();
      const own = [...words, '--plugin-dir', plugin.directory, '--policy', await writePolicy()];
      const document = await writeDocument();
      await harvest.run('prepare', ...own, 'web-1', document);
      await harvest.run('prepare', ...own, 'web-1', document);
      await harvest.run('cleanup', ...own, 'web-1');
      await harvest.run('release', ...own, '--all');
      await harvest.run('release', ...own, 'teller', 'data');
      await writeFile(under('running.json'), '[]');
      await harvest.run('recover', ...own, '--dry-run', '--running', under('running.json'));
      await harvest.run('recover', ...own, '--running', under('running.json'));
      await harvest.run('run', ...own, '--container', 'web-2', document);
      const listed = await dvdi(['ls', '--json', '--state-dir', state()]);
      const doctor = await dvdi(['doctor', '--state-dir', state(), '--plugin-dir', plugin.directory]);
      for (const [where, { stdout, stderr }] of [
        ['ls', listed],
        ['doctor', doctor],
      ] as const) {
        harvest.add(where, stdout + stderr);
      }
      expect(harvest.leaks()).toEqual([]);
      // It did tell them, and what is left of it can still be read.
      expect(readFileSync(logFile(), 'utf8')).toMatch(
        stage === 'mountpoint' ? /mountpoint-unusable/ : /driver-refused/,
      );
      expect(readFileSync(logFile(), 'utf8')).toContain('password=***');
      expect(logLines().flatMap(complaintsAbout)).toEqual([]);
    },
  );

  test('the Criteo adapter tells none, to Mesos neither', async () => {
    const harvest = new Harvest();
    const configuration = under('criteo.json');
    const policy = await writePolicy();
    const log = { log: logFile(), logLevel: 'trace' };
    const places = { stateDirectory: state(), policy, pluginDirectories: [plugin.directory], wait: false };
    await writeFile(configuration, JSON.stringify({ ...places, ...log }), { mode: 0o600 });
    const agent = criteoCaller(guard.directory, { DVDI_CONFIG: configuration });
    const variables = [
      { name: 'DVDI_VOLUME_NAME', value: 'data' },
      { name: 'DVDI_VOLUME_DRIVER', value: 'teller' },
      { name: 'DVDI_VOLUME_OPTS', value: OPTIONS },
    ];
    const command = { value: 'true', environment: { variables } };
    const input = JSON.stringify({ container_id: { value: 'c1' }, container_config: { command_info: command } });
    for (const action of ['prepare', 'cleanup'] as const) {
      const { stdout, stderr, output, error } = await agent.call(action, input);
      harvest.add(action, [stdout, stderr, output, error].join('\n'));
    }
    expect(harvest.leaks()).toEqual([]);
    expect(logLines().flatMap(complaintsAbout)).toEqual([]);
    expect(logLines().at(-1)).toContain('"command":"criteo-cleanup"');
  });
});

test.each([
  ['on stderr', ['for word; do echo "bad: $word" >&2; done', 'exit 1']],
  ['on stdout', ['echo "$*"; echo "$*"']],
])('a dvdcli that tells them %s', async (_where, answer) => {
  const harvest = new Harvest();
  const { executable } = await writeDvdcli(guard.directory, answer);
  const policy = await writePolicy({ transport: 'dvdcli', dvdcliPaths: [executable] });
  // What the original would not keep together is not passed on to a dvdcli that is not ours.
  const document = await writeDocument({
    DVDI_VOLUME_DVDCLI: executable,
    DVDI_VOLUME_OPTS: `size=1,password=canary-1 it's/+&<x>,account=canary-2,pin=q7z`,
  });
  for (const words of outputs) {
    const { exitCode } = await harvest.run('prepare', ...words, '--policy', policy, 'web-1', document);
    expect(exitCode).toBe(3);
  }
  expect(readdirSync(under('volumes'))).toEqual([]);
  expect(harvest.leaks()).toEqual([]);
  expect(readFileSync(logFile(), 'utf8')).toContain('password=***');
  expect(logLines().flatMap(complaintsAbout)).toEqual([]);
});

test.each<[string, string]>([
  ['an option without a value', JSON.stringify({ DVDI_VOLUME_NAME: 'data', DVDI_VOLUME_OPTS: `${OPTIONS},oops` })],
  [
    'a secret twice',
    JSON.stringify({ DVDI_VOLUME_NAME: 'data', DVDI_VOLUME_OPTS: 'password=canary-1,password=canary-2' }),
  ],
  ['variables that make no volume', JSON.stringify({ DVDI_VOLUME_OPTS: OPTIONS, DVDI_VOLUME_NAME10: 'x' })],
  [
    'one slot twice',
    JSON.stringify({ DVDI_VOLUME_NAME: 'data', DVDI_VOLUME_OPTS: OPTIONS, DVDI_VOLUME_OPTS0: `${OPTIONS},a=b` }),
  ],
  [
    'a control character',
    JSON.stringify({ DVDI_VOLUME_NAME: 'data', DVDI_VOLUME_OPTS: 'password=canary-1\u0007,x=y' }),
  ],
  ['a document that breaks off', `{"DVDI_VOLUME_NAME":"data","DVDI_VOLUME_OPTS":"password=canary-1,pin=q7z`],
])('findings show none: %s', async (_what, document) => {
  const harvest = new Harvest();
  const policy = await writePolicy({ strict: true });
  await writeFile(under('app.json'), document);
  for (const words of outputs) {
    await harvest.run('prepare', ...words, '--policy', policy, 'web-1', under('app.json'));
    await harvest.run('run', ...words, '--policy', policy, under('app.json'));
  }
  for (const command of ['plan', 'inspect']) {
    for (const words of [[], ['--json']]) {
      const { stdout, stderr } = await dvdi([command, ...words, '--policy', policy, under('app.json')]);
      harvest.add(command, stdout + stderr);
    }
  }
  expect(harvest.leaks()).toEqual([]);
  const events = logLines().map((line) => (JSON.parse(line) as { event: string }).event);
  expect(events).toContain('refused');
  expect(logLines().flatMap(complaintsAbout)).toEqual([]);
});
