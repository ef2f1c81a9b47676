import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { asArguments, readConfiguration } from '../../../host/cli/criteo/configuration.ts';
import { useTemporaryDirectory } from '../../support/temporary-directory.ts';

const directory = useTemporaryDirectory();

async function write(name: string, text: string, mode = 0o600): Promise<string> {
  const file = join(directory.path, name);
  await writeFile(file, text);
  await chmod(file, mode);
  return file;
}

test('every field has its place, on the command lines that go on in the background as well', async () => {
  const policy = await write('policy.json', '{}');
  const DVDI_CONFIG = await write(
    'criteo.json',
    JSON.stringify({ stateDirectory: '/state', policy, pluginDirectories: ['/a', '/b'], wait: false }),
  );
  const configuration = readConfiguration({ DVDI_CONFIG });
  expect(configuration).toEqual({ stateDir: '/state', policy, pluginDir: ['/a', '/b'], wait: false });
  expect(asArguments(configuration)).toEqual([
    '--state-dir',
    '/state',
    '--policy',
    policy,
    '--plugin-dir',
    '/a',
    '--plugin-dir',
    '/b',
    '--no-wait',
  ]);
});

test('all fields may be left out; the state directory then is that of the environment, or the usual one', async () => {
  const DVDI_CONFIG = await write('criteo.json', '{}');
  expect(readConfiguration({ DVDI_CONFIG, DVDI_STATE_DIR: '/other' })).toEqual({ stateDir: '/other', wait: true });
  const { stateDir } = readConfiguration({ DVDI_CONFIG });
  expect(stateDir).toBe('/var/run/mesos/isolators/mesos-module-dvdi');
  expect(asArguments(readConfiguration({ DVDI_CONFIG }))).toEqual(['--state-dir', stateDir]);
});

test.each([
  ['no JSON', '{'],
  ['no object', '[]'],
  ['a field that does not exist', '{"statedirectory":"/x"}'],
  ['a name of every object', '{"constructor":1}'],
  ['a relative path', '{"stateDirectory":"state"}'],
  ['a path that is a number', '{"policy":1}'],
  ['directories that are none', '{"pluginDirectories":"/a"}'],
  ['a relative directory', '{"pluginDirectories":["a"]}'],
  ['a text for a switch', '{"wait":"no"}'],
  ['a policy that is not there', '{"policy":"/nonexistent/policy.json"}'],
])('%s is an error', async (_name, text) => {
  const DVDI_CONFIG = await write('criteo.json', text);
  expect(() => readConfiguration({ DVDI_CONFIG })).toThrow(expect.objectContaining({ code: 'criteo-configuration' }));
});

test('a file that is named must be there', () => {
  const DVDI_CONFIG = join(directory.path, 'nothing.json');
  expect(() => readConfiguration({ DVDI_CONFIG })).toThrow(expect.objectContaining({ got: `${DVDI_CONFIG}: ENOENT` }));
});

test.each([0o620, 0o602, 0o666])('a file that others can change (%o) is not used', async (mode) => {
  const DVDI_CONFIG = await write('criteo.json', '{}', mode);
  expect(() => readConfiguration({ DVDI_CONFIG })).toThrow(expect.objectContaining({ code: 'criteo-configuration' }));
});

test('a policy that others can change is not used', async () => {
  const policy = await write('policy.json', '{}', 0o666);
  const DVDI_CONFIG = await write('criteo.json', JSON.stringify({ policy }));
  expect(() => readConfiguration({ DVDI_CONFIG })).toThrow(
    expect.objectContaining({ got: `${policy}: its mode is 666` }),
  );
});
