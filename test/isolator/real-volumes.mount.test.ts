import { chmod, chown, mkdir, readdir, readFile, readlink, stat, writeFile } from 'node:fs/promises';
import { type LocalDriver, startLocalDriver } from '../../host/driver/local/local-driver.ts';
import { createPluginDriver } from '../../host/driver/plugin/plugin-driver.ts';
import { Isolator, type Prepared } from '../../host/isolator/isolator.ts';
import { PlanFailedError } from '../../host/isolator/isolator-error.ts';
import { startTask } from '../../host/isolator/launcher.ts';
import { requireBuiltDvdcli } from '../support/built-dvdcli.ts';
import { withDockerSocket } from '../support/docker-socket.ts';
import { runTask, shell } from '../support/launch.ts';
import { guardMounts, mountLines } from '../support/mount-guard.ts';
import { startRclone } from '../support/rclone-plugin.ts';
import { startPlugin } from '../support/scripted-plugin.ts';
import { waitFor } from '../support/wait-for.ts';

const guard = guardMounts();

function under(path: string): string {
  return `${guard.directory}${path}`;
}

function pluginAt(...sockets: string[]) {
  return createPluginDriver({ directories: { sockets, specifications: [] }, wait: false });
}

async function isolatorAt(sockets: string[], policy: Record<string, unknown> = {}): Promise<Isolator> {
  return Isolator.create({ policy: { transport: 'plugin', ...policy }, drivers: { plugin: pluginAt(...sockets) } });
}

/** The environment of a container: one volume for each list of name, options and path. */
function wanting(volumes: readonly (readonly [string, string, string?])[], driver = 'local'): string {
  const entries = volumes.flatMap(([name, options, path], index) => [
    [`DVDI_VOLUME_NAME${index}`, name],
    [`DVDI_VOLUME_DRIVER${index}`, driver],
    ...(options === '' ? [] : [[`DVDI_VOLUME_OPTS${index}`, options]]),
    ...(path === undefined ? [] : [[`DVDI_VOLUME_CONTAINERPATH${index}`, path]]),
  ]);
  return JSON.stringify(Object.fromEntries(entries));
}

async function outputOf(prepared: Prepared, script: string, fields = {}): Promise<string> {
  const { stdout, stderr } = await runTask(shell(script, fields), prepared);
  expect(stderr).toBe('');
  return stdout;
}

describe('on the local driver, with real filesystems', () => {
  let driver: LocalDriver;
  const sockets = () => [under('/sockets')];

  beforeEach(async () => {
    driver = await startLocalDriver({ store: under('/store'), names: ['local'], socketDirectory: under('/sockets') });
  });

  afterEach(() => driver.close());

  test('ext4 and xfs, one inside of the other, owner and mode taken over, data kept, unseen outside', async () => {
    const isolator = await isolatorAt(sockets());
    await mkdir(under('/mine'));
    await chown(under('/mine'), 65534, 65534);
    await chmod(under('/mine'), 0o1777);
    await chmod(guard.directory, 0o755);
    const document = wanting([
      ['inner', 'size=1,newfstype=xfs', under('/mine/a/b')],
      ['outer', 'size=1,newfstype=ext4', under('/mine')],
      ['made', 'size=1', under('/new/path')],
    ]);
    const before = await mountLines();
    const prepared = await isolator.prepare('c', document);
    const ready = await mountLines();
    const looks = "stat -c '%u %g %a' mine; stat -f -c %T mine mine/a/b new/path";
    const script = `cd ${guard.directory}; ${looks}; echo kept > mine/note`;
    expect(await outputOf(prepared, script, { user: 'nobody' })).toBe('65534 65534 1777\next2/ext3\nxfs\next2/ext3\n');
    expect(await mountLines()).toEqual(ready);
    expect(await readdir(under('/mine'))).toEqual([]);
    await isolator.cleanup('c');
    expect(await mountLines()).toEqual(before);
    expect(await readdir(guard.directory)).not.toContain('new');
    const again = await isolator.prepare('d', document);
    expect(await outputOf(again, `cat ${under('/mine/note')}`)).toBe('kept\n');
    await isolator.cleanup('d');
  }, 60_000);

  test('in a rootfs', async () => {
    const isolator = await isolatorAt(sockets());
    await mkdir(under('/rootfs'));
    const document = JSON.stringify({
      rootfs: under('/rootfs'),
      directory: '/tmp',
      user: 'root',
      command_info: { value: 'true', environment: { variables: [] } },
      executor_info: {
        executor_id: { value: 'e' },
        command: {
          value: 'true',
          environment: {
            variables: Object.entries(JSON.parse(wanting([['data', 'size=1', '/data']]))).map(([name, value]) => ({
              name,
              value,
            })),
          },
        },
      },
    });
    const { launch } = await isolator.prepare('c', document);
    expect(launch.binds).toMatchObject([{ target: { within: under('/rootfs'), path: '/data' } }]);
    expect((await runTask(shell(`stat -f -c %T ${under('/rootfs/data')}`), { launch })).stdout).toBe('ext2/ext3\n');
    await isolator.cleanup('c');
  }, 30_000);

  test('shared by three containers: the first mounts, the last unmounts', async () => {
    const isolator = await isolatorAt(sockets(), { sharing: 'allow' });
    const document = (path: string) => wanting([['data', 'size=1', under(path)]]);
    const before = await mountLines();
    const first = await isolator.prepare('first', document('/one'));
    const mounted = await mountLines();
    const second = await isolator.prepare('second', document('/two'));
    await outputOf(first, `echo hello > ${under('/one/note')}`);
    expect(await outputOf(second, `cat ${under('/two/note')}`)).toBe('hello\n');
    await isolator.cleanup('first');
    const third = await isolator.prepare('third', document('/three'));
    await isolator.cleanup('second');
    expect(await mountLines()).toEqual(mounted);
    expect(await outputOf(third, `cat ${under('/three/note')}`)).toBe('hello\n');
    await isolator.cleanup('third');
    expect(await mountLines()).toEqual(before);
  }, 30_000);

  test('a third volume that cannot be made leaves nothing of the first two', async () => {
    const isolator = await isolatorAt(sockets());
    const before = await mountLines();
    const volumes = ['one', 'two'].map((name) => [name, 'size=1', under(`/${name}`)] as const);
    const preparing = isolator.prepare('c', wanting([...volumes, ['three', 'size=999999', under('/three')]]));
    await expect(preparing).rejects.toBeInstanceOf(PlanFailedError);
    expect(await mountLines()).toEqual(before);
    expect(await readdir(guard.directory)).toEqual(expect.not.arrayContaining(['one', 'two', 'three']));
  }, 30_000);

  test('another driver that hangs delays nobody else', async () => {
    const hanging = await startPlugin('hanging', { 'VolumeDriver.Get': 'hang' });
    try {
      const isolator = await isolatorAt([under('/sockets'), hanging.directory]);
      const giveUp = new AbortController();
      const stuck = isolator.prepare('stuck', wanting([['x', '']], 'hanging'), 0, { signal: giveUp.signal });
      stuck.catch(() => undefined);
      await waitFor('the driver to be asked', () => hanging.calls().includes('Get') || undefined);
      await isolator.prepare('quick', wanting([['data', 'size=1']]));
      await isolator.cleanup('quick');
      giveUp.abort(new Error('enough'));
      await expect(stuck).rejects.toBeInstanceOf(PlanFailedError);
    } finally {
      await hanging.stop();
    }
  }, 30_000);

  test('of two isolators that know nothing of each other, neither takes a directory from under the other', async () => {
    const [one, other] = await Promise.all([isolatorAt(sockets()), isolatorAt(sockets())]);
    await one.prepare('one', wanting([['first', 'size=1', under('/place')]]));
    const { launch } = await other.prepare('other', wanting([['second', 'size=1', under('/place')]]));
    const script = `echo up; read line; cat ${under('/place/note')}`;
    const task = await startTask({ prepared: { launch }, task: shell(script), stdio: ['pipe', 'pipe', 'inherit'] });
    let stdout = '';
    task.stdout?.on('data', (chunk) => (stdout += chunk));
    await waitFor('the task to be up', () => stdout.includes('up') || undefined);
    await one.cleanup('one');
    expect((await stat(under('/place'))).isDirectory()).toBe(true);
    const volume = launch.binds[0]?.source.path ?? '';
    await writeFile(`${volume}/note`, 'there');
    task.stdin?.end('\n');
    expect(await task.wait()).toEqual({ exitCode: 0, signal: null });
    expect(stdout).toBe('up\nthere');
    await other.cleanup('other');
  }, 30_000);
});

test('a container that asks for nothing keeps the mount namespace it has', async () => {
  const isolator = await isolatorAt([under('/none')]);
  const prepared = await isolator.prepare('c', '{"PATH":"/bin","HOME":"/root"}');
  expect(prepared.launch).toMatchObject({ newMountNamespace: false, binds: [], commands: [] });
  expect(await outputOf(prepared, 'readlink /proc/self/ns/mnt')).toBe(`${await readlink('/proc/self/ns/mnt')}\n`);
});

/** One container on a volume of rclone: what its task writes is in the directory that rclone shows. */
async function expectRcloneLife(isolator: Isolator, driver: string): Promise<void> {
  await mkdir(under('/data'));
  const document = wanting([['data', `type=local,path=${under('/data')}`, under('/volume')]], driver);
  const prepared = await isolator.prepare('c', document);
  await outputOf(prepared, `echo through > ${under('/volume/note')}`);
  await isolator.cleanup('c');
  expect(await readFile(under('/data/note'), 'utf8')).toBe('through\n');
  expect(await readdir(guard.directory)).not.toContain('volume');
}

describe('rclone, a driver that is not ours', () => {
  test('over its plugin socket', async () => {
    const rclone = await startRclone(guard.directory, under('/rclone.sock'));
    try {
      await expectRcloneLife(await isolatorAt([guard.directory], { characters: 'printable' }), 'rclone');
    } finally {
      await rclone.stop();
    }
  }, 30_000);

  test('through our own dvdcli', async () => {
    const executable = await requireBuiltDvdcli();
    const name = `dvdi-isolator-${process.pid}`;
    await withDockerSocket(name, async (socket) => {
      const rclone = await startRclone(guard.directory, socket);
      try {
        const policy = { characters: 'printable', transport: 'dvdcli', dvdcliPaths: [executable] };
        await expectRcloneLife(await Isolator.create({ policy }), name);
      } finally {
        await rclone.stop();
      }
    });
  }, 30_000);
});
