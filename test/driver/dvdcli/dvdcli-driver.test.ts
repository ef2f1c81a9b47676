import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { VolumeOption } from '../../../host/core/documents.ts';
import { createDvdcliDriver } from '../../../host/driver/dvdcli/dvdcli-driver.ts';
import type { DriverError } from '../../../host/driver/volume-driver.ts';
import { driverFailure } from '../../support/driver-failure.ts';
import { useTemporaryDirectory } from '../../support/temporary-directory.ts';
import { waitFor } from '../../support/wait-for.ts';

const directory = useTemporaryDirectory();
const VOLUME = { driver: 'rexray', name: 'data' };

/** A dvdcli whose whole behaviour is a few lines of sh. It notes its arguments, one a line, in `argv`. */
async function script(...lines: string[]): Promise<string> {
  const executable = join(directory.path, 'dvdcli');
  const noteArguments = `for a; do printf '%s\\n' "$a"; done >> ${directory.path}/argv`;
  await writeFile(executable, ['#!/bin/sh', noteArguments, ...lines, ''].join('\n'));
  await chmod(executable, 0o755);
  return executable;
}

async function argv(): Promise<string[]> {
  return (await readFile(join(directory.path, 'argv'), 'utf8')).trimEnd().split('\n');
}

function mount(
  executable: string,
  fields: { options?: VolumeOption[]; create?: boolean; timeoutMs?: number; signal?: AbortSignal } = {},
) {
  const call = { volume: VOLUME, options: [], create: true, timeoutMs: 10_000, ...fields };
  return createDvdcliDriver(executable, { graceMs: 200 }).mount(call);
}

function unmount(executable: string, timeoutMs = 10_000) {
  return createDvdcliDriver(executable, { graceMs: 200 }).unmount({ volume: VOLUME, timeoutMs });
}

function option(key: string, value: string, secret = false): VolumeOption {
  return { key, value, secret };
}

describe('a dvdcli that does its work', () => {
  test('mount gives the path as it was printed', async () => {
    const executable = await script("echo 'level=info msg=x' >&2", "echo '/var/lib/rexray/volumes/data x/data'");
    expect(await mount(executable)).toBe('/var/lib/rexray/volumes/data x/data');
    expect(await argv()).toEqual(['mount', '--volumedriver=rexray', '--volumename=data']);
  });

  test('a path without a line feed counts as well', async () => {
    expect(await mount(await script('printf /mnt/data'))).toBe('/mnt/data');
  });

  test('options keep their order and spelling; that a volume must exist is asked as the original does', async () => {
    const executable = await script('echo /mnt/data');
    const options = [option('size', '5'), option('newFsType', 'ext4'), option('note', "a b;$(id)'"), option('-x', '')];
    await mount(executable, { create: false, options });
    expect((await argv()).slice(3)).toEqual([
      '--volumeopts=size=5',
      '--volumeopts=newFsType=ext4',
      "--volumeopts=note=a b;$(id)'",
      '--volumeopts=-x=',
      '--explicitcreate=true',
    ]);
  });

  test('unmount', async () => {
    await unmount(await script('echo unmounted >&2'));
    expect(await argv()).toEqual(['unmount', '--volumedriver=rexray', '--volumename=data']);
  });

  test('it gets a clean environment, with a PATH that leads to our node', async () => {
    process.env.DVDI_TEST_LEAK = 'x';
    try {
      const executable = await script('[ -z "$DVDI_TEST_LEAK" ] && env node -p \'"/" + process.version\'');
      expect(await mount(executable)).toBe(`/${process.version}`);
    } finally {
      delete process.env.DVDI_TEST_LEAK;
    }
  });
});

describe('an answer that is none, with exit code 0', () => {
  test.each([
    ['help text', "printf 'Usage:\\n  dvdcli [command]\\n\\nFlags:\\n'"],
    ['nothing', ':'],
    ['an empty line', 'echo'],
    ['two lines', "printf '/mnt/data\\n/mnt/other\\n'"],
    ['a path and an empty line', "printf '/mnt/data\\n\\n'"],
    ['a relative path', 'echo mnt/data'],
    ['the root', 'echo /'],
    ['the root, written otherwise', 'echo /../.'],
    ['an escape sequence', "printf '/mnt/\\033[2J\\n'"],
    ['a carriage return', "printf '/mnt/data\\r\\n'"],
    ['NUL', "printf '/mnt/data\\000\\n'"],
    ['bytes that are not UTF-8', "printf '/mnt/\\377\\n'"],
    ['a byte order mark', "printf '\\357\\273\\277/mnt/data\\n'"],
    ['a path that is too long', 'printf /; head -c 5000 /dev/zero | tr "\\000" x'],
  ])('%s: uncertain', async (_title, line) => {
    const error = await driverFailure(mount(await script(line)));
    expect(error).toMatchObject({ code: 'driver-answer', uncertain: true, operation: 'mount', volume: VOLUME });
    expect(error.message).not.toMatch(/\p{Cc}/u);
  });

  test('10 MB of output: it is ended, and not waited for', async () => {
    const error = await driverFailure(mount(await script('head -c 10485760 /dev/zero; exec sleep 60')));
    expect(error).toMatchObject({ code: 'driver-answer', uncertain: true });
  });

  test('help text on unmount is no success', async () => {
    const error = await driverFailure(unmount(await script("echo 'Usage: dvdcli'")));
    expect(error).toMatchObject({ code: 'driver-answer', uncertain: true, operation: 'unmount' });
    expect(error.message).toContain('Usage: dvdcli');
  });
});

describe('a dvdcli that fails', () => {
  test('after it has mounted: refused, uncertain, with the end of its log', async () => {
    const executable = await script(
      `: > ${directory.path}/mounted`,
      'echo /mnt/data',
      'printf \'level=info msg=attached\\nlevel=error msg="\\033[31mno path"\\n\' >&2',
      'exit 1',
    );
    const error = await driverFailure(mount(executable));
    expect(error).toMatchObject({ code: 'driver-refused', uncertain: true });
    expect(error.message).toContain('exited with 1');
    expect(error.message).toContain('level=info msg=attached; level=error msg="\\x1b[31mno path"');
    expect(await readFile(join(directory.path, 'mounted'), 'utf8')).toBe('');
  });

  test('the exit code of unmount counts', async () => {
    const error = await driverFailure(unmount(await script('exit 3')));
    expect(error).toMatchObject({ code: 'driver-refused', uncertain: true });
  });

  test('by a signal', async () => {
    const error = await driverFailure(mount(await script('kill -SEGV $$')));
    expect(error).toMatchObject({ code: 'driver-crashed', uncertain: true });
  });

  test('a missing executable, a directory and a file that may not be executed: nothing was done', async () => {
    const file = join(directory.path, 'file');
    await writeFile(file, '#!/bin/sh\necho /mnt/data\n');
    await mkdir(join(directory.path, 'folder'));
    for (const executable of [join(directory.path, 'none'), join(directory.path, 'folder'), file]) {
      const error = await driverFailure(mount(executable));
      expect(error).toMatchObject({ code: 'driver-missing', uncertain: false });
      expect(error.message).toContain(executable);
    }
  });

  test('secrets among its options are not in its error', async () => {
    const error = await driverFailure(
      mount(await script('echo "bad: $*" >&2', 'exit 1'), { options: [option('password', 'hunter2', true)] }),
    );
    expect(error.message).toContain('--volumeopts=password=***');
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
      expect(JSON.stringify({ ...cause, message: cause.message, stack: cause.stack })).not.toContain('hunter2');
    }
  });
});

describe('a dvdcli that hangs', () => {
  const hang = () =>
    script(
      // The grandchild ignores SIGTERM and holds the output open.
      `( trap '' TERM; echo $$ > ${directory.path}/pid; while :; do sleep 1; done ) &`,
      'wait',
    );

  /** `$$` in the script is the leader of the group, whose number lives as long as a member does. */
  async function groupIsAlive(): Promise<boolean> {
    const group = Number(await readFile(join(directory.path, 'pid'), 'utf8'));
    try {
      return process.kill(-group, 0);
    } catch {
      return false;
    }
  }

  async function expectEnded(call: (executable: string) => Promise<unknown>): Promise<DriverError> {
    const error = await driverFailure(call(await hang()));
    await waitFor('the end of its process group', async () => ((await groupIsAlive()) ? undefined : true));
    return error;
  }

  test('is ended with all its children at the time limit', async () => {
    const error = await expectEnded((executable) => mount(executable, { timeoutMs: 300 }));
    expect(error).toMatchObject({ code: 'driver-timeout', timedOut: true, uncertain: true });
  });

  test('on unmount too', async () => {
    const error = await expectEnded((executable) => unmount(executable, 300));
    expect(error).toMatchObject({ code: 'driver-timeout', uncertain: true, operation: 'unmount' });
  });

  test('is ended when the caller gives up', async () => {
    const abort = new AbortController();
    const error = await expectEnded(async (executable) => {
      const mounting = mount(executable, { signal: abort.signal });
      mounting.catch(() => {});
      await waitFor('its start', async () => {
        const text = await readFile(join(directory.path, 'pid'), 'utf8').catch(() => '');
        return text === '' ? undefined : text;
      });
      abort.abort();
      return mounting;
    });
    expect(error).toMatchObject({ code: 'driver-timeout', uncertain: true });
  });

  test('is not started for a caller who has given up already', async () => {
    const error = await driverFailure(mount(await hang(), { signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ code: 'driver-timeout', uncertain: false });
    await expect(argv()).rejects.toThrow('ENOENT');
  });
});

describe('options that the original cannot carry', () => {
  const original = ['[ "$1" = version ] && { echo \'SemVer: 0.2.1\'; exit 0; }', 'echo /mnt/data'];
  const ours = ['[ "$1" = version ] && { echo \'Origin: mesos-module-dvdi\'; exit 0; }', 'echo /mnt/data'];

  test.each([
    ['a comma', option('labels', 'a,b')],
    ['a further "="', option('o', 'addr=10.0.0.1')],
    ['a double quote', option('note', 'say "x"')],
    ['a comma in the key', option('a,b', 'x')],
  ])('%s: refused by name and not by value, and nothing is mounted', async (_title, item) => {
    const error = await driverFailure(mount(await script(...original), { options: [item] }));
    expect(error).toMatchObject({ code: 'driver-refused', uncertain: false });
    expect(error.message).toContain(item.key);
    expect(error.message).not.toContain(item.value.length > 1 ? item.value : '\0');
    expect(await argv()).toEqual(['version']);
  });

  test('go through our own dvdcli in quotes', async () => {
    const options = [option('size', '5'), option('o', 'addr=10.0.0.1,rw'), option('note', 'say "x"')];
    expect(await mount(await script(...ours), { options })).toBe('/mnt/data');
    expect((await argv()).slice(4)).toEqual([
      '--volumeopts=size=5',
      '--volumeopts="o=addr=10.0.0.1,rw"',
      '--volumeopts="note=say ""x"""',
    ]);
  });

  test('an executable that fails to say who it is has done nothing', async () => {
    const error = await driverFailure(mount(await script('exit 1'), { options: [option('a', 'b,c')] }));
    expect(error).toMatchObject({ code: 'driver-refused', uncertain: false });
  });

  test.each([
    ['a key with "="', option('a=b', 'c')],
    ['an empty key', option('', 'c')],
    ['a line feed', option('a', 'b\nc')],
    ['NUL', option('a', 'b\0c')],
  ])('%s goes through none', async (_title, item) => {
    const error = await driverFailure(mount(await script(...ours), { options: [item] }));
    expect(error).toMatchObject({ code: 'driver-refused', uncertain: false });
  });

  test.each([
    { driver: 'rexray', name: 'a\0b' },
    { driver: 'rexray', name: '' },
    { driver: 'a\nb', name: 'data' },
  ])('nor does the volume %j', async (volume) => {
    const executable = await script('echo /mnt/data');
    const error = await driverFailure(createDvdcliDriver(executable).unmount({ volume, timeoutMs: 10_000 }));
    expect(error).toMatchObject({ code: 'driver-refused', uncertain: false });
    await expect(argv()).rejects.toThrow('ENOENT');
  });
});
