import { mkdir, open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type LocalDriverOptions, startLocalDriver } from '../../../host/driver/local/local-driver.ts';
import { TOOL_PATHS, type ToolPaths } from '../../../host/driver/local/tools.ts';
import { run } from '../../../host/system/process.ts';
import { type LocalDriverChild, startLocalDriverChild } from '../../support/local-driver-child.ts';
import { guardMounts } from '../../support/mount-guard.ts';
import { PluginCaller } from '../../support/plugin-request.ts';
import { writeScript } from '../../support/script-file.ts';
import { waitFor } from '../../support/wait-for.ts';

const LIMITS = { timeoutMs: 30_000, outputMaxBytes: 65_536 };

const children: LocalDriverChild[] = [];
const orphans: number[] = [];

// Before the guard's own, which looks at what is left. What a killed driver was running outlives it.
afterEach(async () => {
  for (const child of children.splice(0)) await child.end('SIGKILL');
  for (const pid of orphans.splice(0)) process.kill(pid, 'SIGKILL');
});
const guard = guardMounts();

const pathOf = (...names: string[]) => join(guard.directory, ...names);
const driverPath = (...names: string[]) => pathOf('store', 'rexray', ...names);

async function start(tools: ToolPaths = TOOL_PATHS, store = pathOf('store'), more: Partial<LocalDriverOptions> = {}) {
  const options = { store, socketDirectory: pathOf('plugins'), names: ['rexray'], tools, ...more };
  const child = await startLocalDriverChild(options);
  children.push(child);
  return new PluginCaller(child.sockets.rexray as string);
}

async function end(signal: 'SIGTERM' | 'SIGKILL') {
  await children.pop()?.end(signal);
}

/**
 * A program that does what `lines` say, notes its pid, and stays until the test ends it. It closes the lock that
 * mount(8) and umount(8) inherit, as if it had ended, unless it is to keep it.
 */
function writeStayingScript(name: string, lines: readonly string[], lock: 'closed' | 'kept' = 'closed') {
  const stay = `exec /usr/bin/sleep 600${lock === 'closed' ? ' 3>&-' : ''}`;
  return writeScript(pathOf(name), [...lines, `echo $$ > ${pathOf('pid')}`, stay]);
}

async function waitForStayingScript(): Promise<void> {
  const pid = await waitFor('the script to be there', async () => {
    const text = await readFile(pathOf('pid'), 'utf8').catch(() => '');
    return text.endsWith('\n') ? Number(text) : undefined;
  });
  orphans.push(pid);
}

/** Sends a request whose answer never comes, since the driver is killed over it. */
async function lose(request: Promise<unknown>): Promise<void> {
  const lost = expect(request).rejects.toThrow(/socket hang up|ECONNRESET/);
  await waitForStayingScript();
  await end('SIGKILL');
  await lost;
}

const rawFilesOf = async (directory: string) => (await readdir(directory)).sort();

describe.each(['ext4', 'xfs'])('a volume with %s', (newfstype) => {
  test('and its mount outlive kill -9 of the driver; the next one answers for both', async () => {
    const first = await start();
    await first.create('v', { size: '1', newfstype });
    const { Mountpoint } = await first.mount('v', 'a');
    await first.mount('v', 'b');
    await writeFile(join(Mountpoint, 'before'), 'kept');
    await end('SIGKILL');
    await writeFile(join(Mountpoint, 'after'), 'kept');

    const second = await start();
    expect(await second.path('v')).toEqual({ Mountpoint, Err: '' });
    expect(await second.mount('v', 'c')).toEqual({ Mountpoint, Err: '' });
    expect((await second.remove('v')).Err).toMatch(/is mounted at/);
    for (const id of ['a', 'b', 'c']) expect(await second.unmount('v', id)).toEqual({ Err: '' });
    expect(await second.path('v')).toEqual({ Mountpoint: '', Err: '' });
    await end('SIGKILL');

    const third = await start();
    await third.mount('v', 'd');
    expect(await rawFilesOf(Mountpoint)).toEqual(['after', 'before']);
    await third.unmount('v', 'd');
  });

  test('that the machine went down under is mounted again, its journal replayed', async () => {
    const first = await start();
    await first.create('v', { size: '1', newfstype });
    const { Mountpoint } = await first.mount('v', 'a');
    const file = await open(join(Mountpoint, 'synced'), 'w');
    await file.writeFile('kept');
    await file.sync();
    await file.close();
    // The disk as it is at this moment: the image still dirty, the record with the ids of a boot that is over.
    const after = pathOf('after', 'rexray', 'volumes', 'v');
    await mkdir(pathOf('after'), { mode: 0o700 });
    await mkdir(join(after, 'mount'), { recursive: true });
    await run('/usr/bin/cp', ['--sparse=always', driverPath('volumes', 'v', 'image'), join(after, 'image')], LIMITS);
    const record = JSON.parse(await readFile(driverPath('volumes', 'v', 'volume.json'), 'utf8'));
    await writeFile(join(after, 'volume.json'), JSON.stringify({ ...record, boot: 'another' }));
    await first.unmount('v', 'a');
    await end('SIGTERM');

    const second = await start(TOOL_PATHS, pathOf('after'));
    expect((await second.get('v')).Volume).toMatchObject({ Mountpoint: '', Status: { mountedFor: [] } });
    const again = (await second.mount('v', 'b')).Mountpoint;
    expect(await readFile(join(again, 'synced'), 'utf8')).toBe('kept');
    await second.unmount('v', 'b');
  });
});

test('kill -9 in the middle of Create: no volume, and nothing of it after the next start', async () => {
  const mkfs = await writeStayingScript('mkfs', []);
  const first = await start({ ...TOOL_PATHS, mkfs: { ext4: mkfs, xfs: mkfs } });
  await lose(first.create('v', { size: '1' }));
  expect(await readdir(driverPath('scratch'))).toHaveLength(1);

  const second = await start();
  expect(await readdir(driverPath('scratch'))).toEqual([]);
  expect((await second.list()).Volumes).toEqual([]);
  expect(await second.create('v', { size: '1' })).toEqual({ Err: '' });
});

test('kill -9 in the middle of making a volume anew: the old one is whole', async () => {
  const first = await start();
  await first.create('v', { size: '1' });
  const { Mountpoint } = await first.mount('v');
  await writeFile(join(Mountpoint, 'old'), '');
  await first.unmount('v');
  await end('SIGTERM');

  const mkfs = await writeStayingScript('mkfs', []);
  const second = await start({ ...TOOL_PATHS, mkfs: { ext4: mkfs, xfs: mkfs } });
  await lose(second.create('v', { overwritefs: 'true' }));

  const third = await start();
  expect(await readdir(driverPath('scratch'))).toEqual([]);
  await third.mount('v');
  expect(await readdir(Mountpoint)).toEqual(['old']);
  await third.unmount('v');
});

test('kill -9 right after the mount: the next driver knows it, for the id that asked', async () => {
  const mount = await writeStayingScript('mount', [`${TOOL_PATHS.mount} "$@"`]);
  const first = await start({ ...TOOL_PATHS, mount });
  await first.create('v', { size: '1' });
  await lose(first.mount('v', 'a'));

  const second = await start();
  expect((await second.get('v')).Volume.Status.mountedFor).toEqual(['a']);
  expect((await second.unmount('v', 'b')).Err).toContain('not for id "b"');
  expect(await second.unmount('v', 'a')).toEqual({ Err: '' });
});

test('kill -9 right before the mount: the id is forgotten, and Unmount for it is fine', async () => {
  const mount = await writeStayingScript('mount', []);
  const first = await start({ ...TOOL_PATHS, mount });
  await first.create('v', { size: '1' });
  await lose(first.mount('v', 'a'));
  expect(JSON.parse(await readFile(driverPath('volumes', 'v', 'volume.json'), 'utf8')).mountedFor).toEqual(['a']);

  const second = await start();
  expect((await second.get('v')).Volume).toMatchObject({ Mountpoint: '', Status: { mountedFor: [] } });
  expect(JSON.parse(await readFile(driverPath('volumes', 'v', 'volume.json'), 'utf8')).mountedFor).toEqual([]);
  expect(await second.unmount('v', 'a')).toEqual({ Err: '' });
});

test('a mount(8) that outlives its server keeps its own volume locked, as long as it lives, and no other', async () => {
  const mount = await writeStayingScript('mount', [], 'kept');
  const first = await start({ ...TOOL_PATHS, mount });
  await first.create('v', { size: '1' });
  await first.create('w', { size: '1' });
  await lose(first.mount('v', 'a'));

  const second = await start(TOOL_PATHS, pathOf('store'), { lockWaitSeconds: 1 });
  expect((await second.mount('v', 'b')).Err).toMatch(
    /^agent "default" \(pid \d+ on host ".+"\), or a program it started, has been at work on volume "v" for 1 s: try/,
  );
  expect(await second.get('v')).toMatchObject({ Volume: { Mountpoint: '', Status: { mountedFor: [] } } });
  expect((await second.mount('w')).Err).toBe('');
  await second.unmount('w');
  for (const pid of orphans.splice(0)) process.kill(pid, 'SIGKILL');
  expect((await second.mount('v', 'b')).Err).toBe('');
  expect(await second.unmount('v', 'b')).toEqual({ Err: '' });
});

test('kill -9 right after the unmount: Unmount again is fine', async () => {
  const umount = await writeStayingScript('umount', [`${TOOL_PATHS.umount} "$@"`]);
  const first = await start({ ...TOOL_PATHS, umount });
  await first.create('v', { size: '1' });
  await first.mount('v', 'a');
  await lose(first.unmount('v', 'a'));

  const second = await start();
  expect(await second.unmount('v', 'a')).toEqual({ Err: '' });
  expect((await second.get('v')).Volume).toMatchObject({ Mountpoint: '', Status: { mountedFor: [] } });
});

test('a dead driver’s socket is replaced; a live one’s is refused, and so is its agent’s name', async () => {
  await start();
  const other = { store: pathOf('other'), socketDirectory: pathOf('plugins'), names: ['rexray'] };
  await expect(startLocalDriver(other)).rejects.toThrow(/rexray\.sock: another server answers there; stop that one/);
  const sameStore = { store: pathOf('store'), socketDirectory: pathOf('more'), names: ['rexray'] };
  await expect(startLocalDriver(sameStore)).rejects.toThrow(
    /another process serves this store for agent "default" \(pid \d+ on host .* already; stop that .*--agent/,
  );
  await end('SIGKILL');
  expect(await readdir(pathOf('plugins'))).toEqual(['rexray.sock']);
  const next = await start();
  expect(await next.list()).toEqual({ Volumes: [], Err: '' });
  await end('SIGTERM');
  expect(await readdir(pathOf('plugins'))).toEqual([]);
});
