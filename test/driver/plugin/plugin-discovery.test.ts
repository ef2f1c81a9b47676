import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { DOCKER_PLUGIN_DIRECTORIES, discoverPlugin } from '../../../host/driver/plugin/plugin-discovery.ts';
import { PluginFailure } from '../../../host/driver/plugin/plugin-failure.ts';
import { close, listen } from '../../support/scripted-plugin.ts';
import { useTemporaryDirectory } from '../../support/temporary-directory.ts';

const directory = useTemporaryDirectory();

function discover(name: string) {
  const at = (part: string) => join(directory.path, part);
  return discoverPlugin(name, { sockets: [at('run')], specifications: [at('etc'), at('lib')] });
}

async function put(file: string, text = 'tcp://127.0.0.1:1'): Promise<string> {
  const path = join(directory.path, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  return path;
}

async function withSocket(file: string, act: (path: string) => Promise<void>): Promise<void> {
  const path = join(directory.path, file);
  await mkdir(dirname(path), { recursive: true });
  const server = createServer();
  await listen(server, path);
  try {
    await act(path);
  } finally {
    await close(server);
  }
}

async function failure(promise: Promise<unknown>): Promise<PluginFailure> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(PluginFailure);
  return error as PluginFailure;
}

test('looks where Docker looks', () => {
  expect(DOCKER_PLUGIN_DIRECTORIES).toEqual({
    sockets: ['/run/docker/plugins'],
    specifications: ['/etc/docker/plugins', '/usr/lib/docker/plugins'],
  });
});

describe('the order', () => {
  test('of specifications: by directory, .spec before .json, flat before folder', async () => {
    const files = [
      'etc/x.spec',
      'etc/x/x.spec',
      'etc/x.json',
      'etc/x/x.json',
      'lib/x.spec',
      'lib/x/x.spec',
      'lib/x.json',
      'lib/x/x.json',
    ];
    // The last first: each new file must come before all that are there.
    for (const [index, file] of [...files.entries()].reverse()) {
      const address = `tcp://127.0.0.1:${100 + index}`;
      await put(file, file.endsWith('.json') ? JSON.stringify({ Addr: address }) : `${address}\n`);
      expect(await discover('x')).toEqual({ kind: 'tcp', host: '127.0.0.1', port: 100 + index, tls: null });
    }
  });

  test('a socket comes before any specification, a flat one before one in a folder', async () => {
    await put('etc/x.spec');
    await withSocket('run/x/x.sock', async (nested) => {
      expect(await discover('x')).toEqual({ kind: 'unix', path: nested });
      await withSocket('run/x.sock', async (flat) => {
        expect(await discover('x')).toEqual({ kind: 'unix', path: flat });
      });
    });
  });

  test('a .sock that is no socket is passed over, as Docker does', async () => {
    await put('run/x.sock');
    await put('etc/x.spec', 'tcp://127.0.0.1:7');
    expect(await discover('x')).toMatchObject({ port: 7 });
  });
});

describe('a name', () => {
  test('with a slash is one component, and so reaches no other folder', async () => {
    await put('etc/rexray/ebs.spec');
    await expect(discover('rexray/ebs')).rejects.toThrow('no volume driver "rexray/ebs"');
    await put('etc/rexray%2Febs.spec', 'tcp://127.0.0.1:8');
    expect(await discover('rexray/ebs')).toMatchObject({ port: 8 });
  });

  test.each(['', '.', '..', '../x', 'a/../../x', 'a/..', './x', 'x\0', 'x\n', 'a\u202eb', 'x'.repeat(251)])(
    '%j is refused, and waiting does not mend it',
    async (name) => {
      await put('x.spec');
      expect(await failure(discover(name))).toMatchObject({
        code: 'driver-missing',
        retry: false,
        mayHaveActed: false,
      });
    },
  );

  test('as long as a file name may be is looked up', async () => {
    expect(await failure(discover('x'.repeat(250)))).toMatchObject({ retry: true });
  });
});

test('a missing plugin is worth waiting for, and the error says where it was looked for', async () => {
  const error = await failure(discover('x'));
  expect(error).toMatchObject({ code: 'driver-missing', retry: true, mayHaveActed: false });
  for (const text of ['x.sock', 'x.spec', 'x.json', `${directory.path}/run`, `${directory.path}/etc`]) {
    expect(error.message).toContain(text);
  }
});

describe('a broken specification is an error and is not passed over', () => {
  test.each([
    ['empty', 'x.spec', ''],
    ['without protocol', 'x.spec', '127.0.0.1:80'],
    ['of an unknown protocol', 'x.spec', 'npipe:////./pipe/x'],
    ['without a port', 'x.spec', 'tcp://127.0.0.1'],
    ['with port 0', 'x.spec', 'tcp://127.0.0.1:0'],
    ['with a password', 'x.spec', 'http://u:p@127.0.0.1:80'],
    ['with a path', 'x.spec', 'http://127.0.0.1:80/plugin'],
    ['of a relative socket', 'x.spec', 'unix://run/x.sock'],
    ['of no socket', 'x.spec', 'unix:///'],
    ['two lines', 'x.spec', 'tcp://127.0.0.1:80 x\ny'],
    ['too large', 'x.spec', ' '.repeat(65_537)],
    ['not JSON', 'x.json', 'tcp://127.0.0.1:80'],
    ['no object', 'x.json', '[]'],
    ['no address', 'x.json', '{"Name":"x"}'],
    ['TLS no object', 'x.json', '{"Addr":"https://h:1","TLSConfig":[]}'],
    ['verification no truth value', 'x.json', '{"Addr":"https://h:1","TLSConfig":{"InsecureSkipVerify":"no"}}'],
    ['relative CA', 'x.json', '{"Addr":"https://h:1","TLSConfig":{"CAFile":"ca.pem"}}'],
  ])('%s', async (_title, name, text) => {
    const file = await put(`etc/${name}`, text);
    await put(`lib/${name}`, 'tcp://127.0.0.1:80');
    const error = await failure(discover('x'));
    expect(error).toMatchObject({ code: 'driver-missing', retry: false, mayHaveActed: false });
    expect(error.message).toContain(file);
  });

  test('a directory, a loop of links and a named pipe without a writer', async () => {
    await mkdir(join(directory.path, 'etc/folder.spec'), { recursive: true });
    await symlink('loop.spec', join(directory.path, 'etc/loop.spec'));
    await promisify(execFile)('mkfifo', [join(directory.path, 'etc/pipe.spec')]);
    for (const name of ['folder', 'loop', 'pipe']) {
      expect(await failure(discover(name))).toMatchObject({ code: 'driver-missing', retry: false });
    }
  });
});

describe('addresses', () => {
  test.each([
    ['unix:///run/my%20plugin.sock', { kind: 'unix', path: '/run/my plugin.sock' }],
    ['tcp://localhost:8080', { kind: 'tcp', host: 'localhost', port: 8080, tls: null }],
    ['  tcp://[::1]:8080\n', { kind: 'tcp', host: '::1', port: 8080, tls: null }],
    ['http://plugin.example/', { kind: 'tcp', host: 'plugin.example', port: 80, tls: null }],
    [
      'https://plugin.example',
      {
        kind: 'tcp',
        host: 'plugin.example',
        port: 443,
        tls: { verify: true, caFile: null, certFile: null, keyFile: null },
      },
    ],
  ])('%j', async (text, endpoint) => {
    await put('etc/x.spec', text);
    expect(await discover('x')).toEqual(endpoint);
  });

  test('a .json file brings TLS settings, with Go’s freedom of case', async () => {
    await put(
      'etc/x.json',
      JSON.stringify({
        addr: 'https://h:4',
        TLSConfig: { InsecureSkipVerify: true, CAFile: '/ca', CertFile: '/cert', keyfile: '/key' },
      }),
    );
    const tls = { verify: false, caFile: '/ca', certFile: '/cert', keyFile: '/key' };
    expect(await discover('x')).toEqual({ kind: 'tcp', host: 'h', port: 4, tls });
  });

  test('a .json file without a CA keeps verification on', async () => {
    await put('etc/x.json', JSON.stringify({ Addr: 'https://h:4', TLSConfig: {} }));
    expect(await discover('x')).toMatchObject({ tls: { verify: true, caFile: null } });
  });
});
