import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDvdcliDriver } from '../../../host/driver/dvdcli/dvdcli-driver.ts';
import { driverFailure } from '../../support/driver-failure.ts';
import { writeScript } from '../../support/script-file.ts';
import { useTemporaryDirectory } from '../../support/temporary-directory.ts';

const directory = useTemporaryDirectory();
const VOLUME = { driver: 'rexray', name: 'data' };

/** What a dvdcli does when it is asked for a path, and for a list; a line of sh each. */
async function mountpointOf(path: string, list = 'exit 9', fields: { name?: string; timeoutMs?: number } = {}) {
  const executable = await writeScript(join(directory.path, 'dvdcli'), [
    `echo "$@" >> ${directory.path}/argv`,
    `case $1 in path) ${path};; list) ${list};; *) exit 8;; esac`,
  ]);
  const volume = { ...VOLUME, name: fields.name ?? VOLUME.name };
  return createDvdcliDriver(executable, { graceMs: 200 }).mountpointOf({
    volume,
    timeoutMs: fields.timeoutMs ?? 10_000,
  });
}

async function calls(): Promise<string[]> {
  return (await readFile(join(directory.path, 'argv'), 'utf8')).trimEnd().split('\n');
}

describe('an exit code of 0', () => {
  test('one line is the mountpoint', async () => {
    expect(await mountpointOf("echo 'level=info msg=/mnt/data' >&2; echo '/mnt/my data'")).toBe('/mnt/my data');
    expect(await calls()).toEqual(['path --volumedriver=rexray --volumename=data']);
  });

  test('nothing on stdout: it is not mounted, as the original says it', async () => {
    expect(await mountpointOf(':')).toBeNull();
    expect(await calls()).toHaveLength(1);
  });

  test.each([
    ['help text', "printf 'Usage:\\n  dvdcli [command]\\n'"],
    ['an empty line', 'echo'],
    ['a relative path', 'echo mnt/data'],
    ['the root', 'echo /'],
    ['two lines', "printf '/mnt/data\\n/mnt/other\\n'"],
    ['bytes that are not UTF-8', "printf '/mnt/\\377\\n'"],
  ])('%s is no answer, and changed nothing', async (_title, path) => {
    const error = await driverFailure(mountpointOf(path, 'echo other'));
    expect(error).toMatchObject({ code: 'driver-answer', uncertain: false, operation: 'mountpointOf', volume: VOLUME });
    expect(await calls()).toHaveLength(1);
  });
});

describe('an exit code of 1', () => {
  const FAILED = 'echo "level=error msg=\\"cannot get it\\"" >&2; exit 1';

  test.each([
    ['other volumes only', 'echo other; echo data2'],
    ['no volume at all', ':'],
  ])('%s in the list: it does not exist', async (_title, list) => {
    expect(await mountpointOf(FAILED, list)).toBeNull();
    expect(await calls()).toEqual(['path --volumedriver=rexray --volumename=data', 'list --volumedriver=rexray']);
  });

  test('a volume in the list is out of reach: the first failure is the error', async () => {
    const error = await driverFailure(mountpointOf(FAILED, 'echo other; echo data'));
    expect(error).toMatchObject({ code: 'driver-refused', uncertain: false });
    expect(error.message).toContain('cannot get it');
  });

  test('ours lists a name in printable form', async () => {
    const error = await driverFailure(mountpointOf(FAILED, "echo 'a\\\\u202eb'", { name: 'a\u202eb' }));
    expect(error).toMatchObject({ code: 'driver-refused' });
  });

  test('a long list is read to its end', async () => {
    const list = 'i=0; while [ $i -lt 9000 ]; do echo volume-number-$i; i=$((i+1)); done; echo data';
    expect(await driverFailure(mountpointOf(FAILED, list))).toMatchObject({ code: 'driver-refused' });
  });

  test.each([
    ['a list that fails', 'exit 1', 'driver-refused'],
    ['help instead of a list', "echo 'Usage:'; echo '  dvdcli [command]'", 'driver-answer'],
    ['a list without an end', 'exec yes', 'driver-answer'],
    ['a list that crashes', 'kill -SEGV $$', 'driver-crashed'],
  ])('%s: it cannot be told', async (_title, list, code) => {
    expect(await driverFailure(mountpointOf(FAILED, list))).toMatchObject({ code, uncertain: false });
  });

  test('the time limit covers both', async () => {
    const error = await driverFailure(mountpointOf(FAILED, 'exec sleep 60', { timeoutMs: 500 }));
    expect(error).toMatchObject({ code: 'driver-timeout', uncertain: false });
  });
});

test.each([
  ['another exit code', 'exit 2', 'driver-refused'],
  ['a signal', 'kill -SEGV $$', 'driver-crashed'],
  ['no end', 'exec sleep 60', 'driver-timeout'],
])('%s says nothing about the volume', async (_title, path, code) => {
  const timeoutMs = code === 'driver-timeout' ? 300 : 10_000;
  const error = await driverFailure(mountpointOf(path, ':', { timeoutMs }));
  expect(error).toMatchObject({ code, uncertain: false, operation: 'mountpointOf' });
  expect(await calls()).toHaveLength(1);
});

test('a missing executable, and a name that no argument can carry', async () => {
  const driver = createDvdcliDriver(join(directory.path, 'none'));
  expect(await driverFailure(driver.mountpointOf({ volume: VOLUME, timeoutMs: 10_000 }))).toMatchObject({
    code: 'driver-missing',
    uncertain: false,
  });
  const volume = { ...VOLUME, name: 'a\0b' };
  expect(await driverFailure(driver.mountpointOf({ volume, timeoutMs: 10_000 }))).toMatchObject({
    code: 'driver-refused',
  });
});
