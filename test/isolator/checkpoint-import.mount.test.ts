import { chmod, chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import type { CheckpointRow } from '../../host/core/documents.ts';
import { Core } from '../../host/core/index.ts';
import { packagePath } from '../../host/system/package-path.ts';
import { app } from '../support/app.ts';
import { contentsOf, type LedgerWorld, makeLedgerWorld, mountVolume, unmountVolume } from '../support/ledger-world.ts';
import { guardMounts, mountLines } from '../support/mount-guard.ts';

const guard = guardMounts();

function rowOf(world: LedgerWorld, name: string, container: string): CheckpointRow {
  const mountpoint = world.driver.pathOf(name);
  const transport = { kind: 'plugin' } as const;
  return { driver: 'tmpfs', name, container, options: [], mountpoint, path: null, transport, explicitCreate: false };
}

/** A checkpoint as the original writes it. */
async function checkpointOf(rows: readonly CheckpointRow[]): Promise<Buffer> {
  const core = await Core.load(await readFile(packagePath('build/dvdi.wasm')));
  const { checkpoint } = core.exportCheckpoint({
    rows: rows.map((row) => ({ ...row, transport: { kind: 'dvdcli', executable: '/usr/bin/dvdcli' } })),
  });
  return Buffer.from(checkpoint ?? '', 'base64');
}

async function makeWorld(): Promise<LedgerWorld> {
  const world = await makeLedgerWorld(guard.directory);
  await mkdir(world.stateDirectory, { mode: 0o700 });
  const { driver, open } = world;
  // The original's volumes were mounted through dvdcli.
  return { ...world, open: (options) => open({ drivers: { plugin: driver, dvdcli: () => driver }, ...options }) };
}

test('the first start takes an old checkpoint over: what runs is kept, what does not is released', async () => {
  const before = await mountLines();
  const world = await makeWorld();
  await mountVolume(world.driver, 'one');
  await mountVolume(world.driver, 'two');
  const rows = [rowOf(world, 'one', 'runs'), rowOf(world, 'two', 'gone')];
  await writeFile(`${world.stateDirectory}/dvdimounts.pb`, await checkpointOf(rows));
  {
    await using isolator = await world.open();
    const { volumes } = await isolator.list();
    expect(volumes).toMatchObject([
      { name: 'one', state: 'mounted', presence: 'present', containers: ['runs'] },
      { name: 'two', state: 'mounted', presence: 'present', containers: ['gone'] },
    ]);
    const { imported, failures } = await isolator.recover({ running: ['runs'], orphans: [] });
    const path = `${world.stateDirectory}/dvdimounts.pb`;
    expect(imported).toEqual([{ path, verdict: 'allow', rows: 2, findings: [] }]);
    expect(failures).toEqual([]);
  }
  expect(world.events).toContainEqual(expect.objectContaining({ type: 'checkpoint-imported', rows: 2 }));
  expect(await mountLines()).toHaveLength(before.length + 1);
  // A container of the checkpoint is known: to prepare it again is a conflict, to clean it up is fine.
  await using isolator = await world.open();
  await expect(isolator.prepare('runs', app([{ name: 'one' }]))).rejects.toMatchObject({ code: 'container-conflict' });
  await isolator.cleanup('runs');
  expect(await contentsOf(world.stateDirectory)).toEqual([]);
});

test('it is taken over once: the second start does not bring back what was cleaned up', async () => {
  const world = await makeWorld();
  await mountVolume(world.driver, 'one');
  await writeFile(`${world.stateDirectory}/dvdimounts.pb`, await checkpointOf([rowOf(world, 'one', 'c')]));
  {
    await using isolator = await world.open();
    await isolator.cleanup('c');
  }
  await using isolator = await world.open();
  expect(await contentsOf(world.stateDirectory)).toEqual([]);
  expect((await isolator.recover({ running: [], orphans: [] })).imported).toBeNull();
});

test('of several files all count, and two isolators that start together take them over once', async () => {
  const world = await makeWorld();
  const files = ['a', 'b', 'c'].map((name) => `${guard.directory}/${name}.pb`);
  const [first = '', second = ''] = files;
  await writeFile(first, await checkpointOf([rowOf(world, 'one', 'x')]));
  await writeFile(second, await checkpointOf([rowOf(world, 'one', 'x'), rowOf(world, 'two', 'y')]));
  const isolators = await Promise.all([world.open({ checkpoints: files }), world.open({ checkpoints: files })]);
  expect(world.events.filter(({ type }) => type === 'checkpoint-imported')).toHaveLength(2);
  expect((await contentsOf(world.stateDirectory)).filter((line) => line.startsWith('container'))).toEqual([
    'container x prepared',
    'container y prepared',
  ]);
  // Nothing of it is mounted any more: the driver says so, the mount table agrees.
  const { failures } = await (isolators[0] as (typeof isolators)[number]).recover({ running: [], orphans: [] });
  expect(failures).toEqual([]);
  for (const isolator of isolators) await isolator.close();
});

test('a file that cannot be trusted is told loudly at every start, and nothing is taken over', async () => {
  const world = await makeWorld();
  const [good, bad] = [`${guard.directory}/good.pb`, `${guard.directory}/bad.pb`];
  await mountVolume(world.driver, 'one');
  await writeFile(good, await checkpointOf([rowOf(world, 'one', 'c')]));
  await writeFile(bad, Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff]));
  for (let start = 1; start <= 2; start += 1) {
    await using isolator = await world.open({ checkpoints: [good, bad] });
    const { imported } = await isolator.recover({ running: [], orphans: [] });
    expect(imported).toMatchObject([
      { path: good, rows: 0 },
      { path: bad, verdict: 'deny', rows: 0, findings: [expect.objectContaining({ severity: 'error' })] },
    ]);
    expect((await isolator.list()).containers).toEqual([]);
  }
  {
    await using isolator = await world.open({ checkpoints: [good] });
    expect((await isolator.list()).containers).toMatchObject([{ container: 'c', requestHash: null }]);
    await isolator.cleanup('c');
  }
  await expect(unmountVolume(world.driver, 'one')).rejects.toThrow();
});

test('a checkpoint that cannot be read is no checkpoint that is not there', async () => {
  const world = await makeWorld();
  await expect(world.open({ checkpoints: [guard.directory] })).rejects.toMatchObject({
    code: 'checkpoint-unreadable',
    path: guard.directory,
    message: expect.stringContaining('something that is no file'),
  });
});

test('the one under the work directory is found too, and must be nobody else’s', async () => {
  const world = await makeWorld();
  const workDirectory = `${guard.directory}/work`;
  const file = `${workDirectory}/meta/dvdimounts.pb`;
  await mkdir(`${workDirectory}/meta`, { recursive: true });
  await writeFile(file, await checkpointOf([rowOf(world, 'one', 'c')]));
  await chmod(file, 0o666);
  await expect(world.open({ workDirectory })).rejects.toMatchObject({ code: 'checkpoint-unreadable' });
  await chmod(file, 0o644);
  await chown(file, 1234, 1234);
  await expect(world.open({ workDirectory })).rejects.toThrow('user 1234');
  await chown(file, 0, 0);
  await using isolator = await world.open({ workDirectory });
  expect((await isolator.list()).volumes).toMatchObject([{ name: 'one', containers: ['c'] }]);
});
