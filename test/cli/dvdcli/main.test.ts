import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { main } from '../../../host/cli/dvdcli/main.ts';
import { type Reaction, type Script, type ScriptedPlugin, startPlugin } from '../../support/scripted-plugin.ts';

const MISSING: Reaction = { json: { Err: 'no such volume' } };
const VOLUMES = [{ Name: 'one', Mountpoint: '/mnt/one', CreatedAt: '2026-01-02T03:04:05Z' }, { Name: 'two\u001b[2J' }];
const SCRIPT: Script = {
  'VolumeDriver.Get': ({ body }) => {
    const volume = VOLUMES.find(({ Name }) => Name === body?.Name);
    return volume === undefined ? MISSING : { json: { Volume: volume } };
  },
  'VolumeDriver.List': { json: { Volumes: VOLUMES } },
  'VolumeDriver.Path': { json: { Mountpoint: '' } },
  'VolumeDriver.Create': { json: {} },
  'VolumeDriver.Mount': ({ body }) => ({ json: { Mountpoint: `/mnt/${body?.Name}` } }),
  'VolumeDriver.Unmount': { json: {} },
  'VolumeDriver.Remove': { json: {} },
};

let plugin: ScriptedPlugin;
beforeEach(async () => {
  plugin = await startPlugin('x', SCRIPT);
});
afterEach(() => plugin.stop());

async function dvdcli(...argv: string[]) {
  return dvdcliIn({}, ...argv);
}

async function dvdcliIn(world: { isTTY?: boolean; signal?: AbortSignal }, ...argv: string[]) {
  const stdout = Object.assign(new PassThrough(), { isTTY: world.isTTY ?? false });
  const stderr = new PassThrough();
  const code = await main([...argv, '--no-wait', '--plugin-dir', plugin.directory], {
    stdout,
    stderr,
    signal: world.signal ?? new AbortController().signal,
    now: () => new Date('2026-01-02T03:04:05.678Z'),
  });
  stdout.end();
  stderr.end();
  return { code, out: await text(stdout), log: await text(stderr) };
}

const ONE = ['--volumedriver=x', '--volumename=one'];
const NEW = ['--volumedriver=x', '--volumename=new'];

describe('what the original does', () => {
  test('mount: the path alone on stdout, a log line on stderr', async () => {
    expect(await dvdcli('mount', ...ONE)).toEqual({
      code: 0,
      out: '/mnt/one\n',
      log: 'time="2026-01-02T03:04:05Z" level=info msg="/mnt/one"\n',
    });
    expect(plugin.calls()).toEqual(['Plugin.Activate', 'Get', 'Mount']);
  });

  test('mount creates a missing volume with its options', async () => {
    const result = await dvdcli('mount', ...NEW, '--volumeopts=size=5,iops=150', '--volumeopts', 'newFsType=ext4');
    expect(result).toMatchObject({ code: 0, out: '/mnt/new\n' });
    expect(plugin.requests.find(({ method }) => method === 'VolumeDriver.Create')?.body).toEqual({
      Name: 'new',
      Opts: { size: '5', iops: '150', newFsType: 'ext4' },
    });
  });

  test.each([['--explicitcreate'], ['--explicitcreate=true'], ['--explicitcreate=T'], ['--explicitcreate', 'true']])(
    'mount %s %s: a missing volume is a failure',
    async (...flag) => {
      const result = await dvdcli('mount', ...NEW, ...flag);
      expect(result).toMatchObject({ code: 1, out: '' });
      expect(result.log).toContain('volumeName="new"');
      expect(plugin.calls()).not.toContain('Create');
    },
  );

  test('mount --explicitcreate=false creates', async () => {
    expect(await dvdcli('mount', ...NEW, '--explicitcreate=false')).toMatchObject({ code: 0, out: '/mnt/new\n' });
  });

  test('flags may stand before the command', async () => {
    expect(await dvdcli(...ONE, 'mount')).toMatchObject({ code: 0, out: '/mnt/one\n' });
  });

  test('unmount says nothing on stdout', async () => {
    expect(await dvdcli('unmount', ...ONE)).toEqual({ code: 0, out: '', log: '' });
  });

  test('create logs the name', async () => {
    const result = await dvdcli('create', ...NEW, '--volumeopts=size=5');
    expect(result).toMatchObject({ code: 0, out: '' });
    expect(result.log).toContain('level=info msg="new"');
    expect(plugin.calls()).toEqual(['Plugin.Activate', 'Create']);
  });

  test('remove looks first', async () => {
    expect(await dvdcli('remove', ...ONE)).toMatchObject({ code: 0, out: '' });
    expect(await dvdcli('remove', ...NEW)).toMatchObject({ code: 1, out: '' });
    expect(plugin.calls().filter((call) => call === 'Remove')).toHaveLength(1);
  });

  test('path', async () => {
    expect(await dvdcli('path', ...ONE)).toMatchObject({ code: 0, out: '/mnt/one\n' });
  });

  test('path of a volume that is not mounted is nothing', async () => {
    expect(await dvdcli('path', '--volumedriver=x', '--volumename=two\u001b[2J')).toEqual({
      code: 0,
      out: '',
      log: '',
    });
  });

  test('get and list', async () => {
    expect(await dvdcli('get', ...ONE)).toEqual({ code: 0, out: 'one\n', log: '' });
    expect(await dvdcli('get', ...NEW)).toMatchObject({ code: 1, out: '' });
    expect(await dvdcli('list', '--volumedriver=x')).toEqual({ code: 0, out: 'one\ntwo\\x1b[2J\n', log: '' });
  });
});

describe('--json', () => {
  test('list, get, path', async () => {
    const one = { name: 'one', mountpoint: '/mnt/one', createdAt: '2026-01-02T03:04:05Z' };
    const list = await dvdcli('list', '--volumedriver=x', '--json');
    expect(list.out).not.toContain('\u001b');
    expect(JSON.parse(list.out)).toEqual({
      driver: 'x',
      volumes: [one, { name: 'two\u001b[2J', mountpoint: null, createdAt: null }],
    });
    expect(JSON.parse((await dvdcli('get', ...ONE, '--json')).out)).toEqual({ driver: 'x', ...one });
    expect(JSON.parse((await dvdcli('path', ...ONE, '--json')).out)).toEqual({
      driver: 'x',
      name: 'one',
      mountpoint: '/mnt/one',
    });
  });
});

describe('a command line that cannot be understood: exit 2, nothing on stdout, nothing asked of the driver', () => {
  test.each([
    ['an unknown flag', ['mount', ...ONE, '--explicitCreate=true']],
    ['an unknown command', ['attach', ...ONE]],
    ['no command', []],
    ['too many arguments', ['mount', ...ONE, 'extra']],
    ['no driver', ['mount', '--volumename=one']],
    ['an empty driver', ['mount', '--volumedriver=', '--volumename=one']],
    ['no volume', ['unmount', '--volumedriver=x']],
    ['an empty volume', ['unmount', '--volumedriver=x', '--volumename=']],
    ['an option without "="', ['mount', ...ONE, '--volumeopts=size']],
    ['options where there are none', ['unmount', ...ONE, '--volumeopts=size=5']],
    ['a truth value that is none', ['mount', ...ONE, '--explicitcreate=maybe']],
    ['a time limit that is none', ['mount', ...ONE, '--timeout=soon']],
    ['a time limit of 0', ['mount', ...ONE, '--timeout=0']],
    ['an escape sequence', ['mount', ...ONE, '--\u001b[2J']],
  ])('%s', async (_title, argv) => {
    const result = await dvdcli(...argv);
    expect(result).toMatchObject({ code: 2, out: '' });
    expect(result.log).not.toBe('');
    expect(result.log.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    expect(plugin.requests).toEqual([]);
  });
});

describe('a failure: exit 1, nothing on stdout, its reason in the log', () => {
  test('of the driver, with its text made printable', async () => {
    await plugin.stop();
    plugin = await startPlugin('x', { ...SCRIPT, 'VolumeDriver.Mount': { json: { Err: '\u001b[31mno\n' } } });
    const result = await dvdcli('mount', ...ONE);
    expect(result).toMatchObject({ code: 1, out: '' });
    expect(result.log).toMatch(
      /^time="[^"]+" level=error msg=".*\\\\x1b\[31mno" code="driver-refused" uncertain="false"/,
    );
    expect(result.log.trimEnd()).not.toMatch(/\p{Cc}/u);
  });

  test('of a missing plugin, at once with --no-wait', async () => {
    const startMs = performance.now();
    const result = await dvdcli('mount', '--volumedriver=other', '--volumename=one');
    expect(result).toMatchObject({ code: 1, out: '' });
    expect(result.log).toContain('code="driver-missing"');
    expect(performance.now() - startMs).toBeLessThan(900);
  });

  test('of a time limit', async () => {
    await plugin.stop();
    plugin = await startPlugin('x', { ...SCRIPT, 'VolumeDriver.Mount': 'hang' });
    const result = await dvdcli('mount', ...ONE, '--timeout=0.3');
    expect(result).toMatchObject({ code: 1, out: '' });
    expect(result.log).toContain('code="driver-timeout" uncertain="true"');
  });

  test('of a signal', async () => {
    const result = await dvdcliIn({ signal: AbortSignal.abort() }, 'mount', ...ONE);
    expect(result).toMatchObject({ code: 1, out: '' });
    expect(result.log).toContain('the caller gave up');
  });
});

test('a path reaches a program to the letter and a terminal in printable form', async () => {
  const path = '/mnt/a\u202eb';
  await plugin.stop();
  plugin = await startPlugin('x', { ...SCRIPT, 'VolumeDriver.Mount': { json: { Mountpoint: path } } });
  expect((await dvdcli('mount', ...ONE)).out).toBe(`${path}\n`);
  expect((await dvdcliIn({ isTTY: true }, 'mount', ...ONE)).out).toBe('/mnt/a\\u202eb\n');
});

describe('help', () => {
  test.each(['mount', 'unmount', 'create', 'remove', 'path', 'get', 'list', 'version'])(
    '%s --help',
    async (command) => {
      const result = await dvdcli(command, '--help');
      expect(result).toMatchObject({ code: 0, log: '' });
      expect(result.out).toContain(`Usage: dvdcli ${command}`);
      expect(result.out).toContain('--volumedriver <driver>');
    },
  );
});
