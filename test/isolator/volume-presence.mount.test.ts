import { mkdir, rmdir } from 'node:fs/promises';
import type { LedgerVolume } from '../../host/core/documents.ts';
import { findOwnMount } from '../../host/isolator/own-mount.ts';
import { lookAtVolumes, presenceIn, presenceOf, withPresences } from '../../host/isolator/volume-presence.ts';
import { bootId } from '../../host/system/boot-id.ts';
import { identifyMount } from '../../host/system/mount-identity.ts';
import { readMountTable } from '../../host/system/mount-table.ts';
import { run } from '../../host/system/process.ts';
import { guardMounts } from '../support/mount-guard.ts';

const LIMITS = { timeoutMs: 30_000, outputMaxBytes: 65_536 };

const guard = guardMounts();
let path: string;

beforeEach(async () => {
  path = `${guard.directory}/v`;
  await mkdir(path);
});

async function mountTmpfs(at = path): Promise<void> {
  await run('/bin/mount', ['-t', 'tmpfs', 'dvdi-test', at], LIMITS);
}

async function unmount(at = path): Promise<void> {
  await run('/bin/umount', [at], LIMITS);
}

async function mountOf(at = path) {
  const { mountId: id, device } = await identifyMount(at);
  return { path: at, id, device, boot: bootId() };
}

function rowOf(fields: Partial<LedgerVolume>): LedgerVolume {
  const base = { driver: 'd', name: 'v', options: [], transport: { kind: 'plugin' } as const, users: 0 };
  return { ...base, state: 'mounted', mountpoint: path, mount: null, ...fields };
}

describe('a mount that is noted', () => {
  test('is present as long as it is there, and missing afterwards', async () => {
    await mountTmpfs();
    const mount = await mountOf();
    const row = rowOf({ mount });
    expect(await presenceOf(row)).toBe('present');
    expect(presenceIn(await readMountTable(), mount)).toBe('present');
    await unmount();
    expect(await presenceOf(row)).toBe('missing');
    expect(presenceIn(await readMountTable(), mount)).toBe('missing');
    await rmdir(path);
    expect(await presenceOf(row)).toBe('missing');
  });

  test('is replaced when another one is on top of it, or in its place', async () => {
    await mountTmpfs();
    const row = rowOf({ mount: await mountOf() });
    await mountTmpfs();
    expect(await presenceOf(row)).toBe('replaced');
    await unmount();
    // The kernel gives the number of a device again: another mount keeps it meanwhile.
    await unmount();
    await mkdir(`${guard.directory}/other`);
    await mountTmpfs(`${guard.directory}/other`);
    await mountTmpfs();
    expect(await presenceOf(row)).toBe('replaced');
    await unmount(`${guard.directory}/other`);
    await unmount();
  });

  test('is found by the mount table when its device is that of the directory above', async () => {
    await run('/bin/mount', ['--bind', path, path], LIMITS);
    expect(await presenceOf(rowOf({ mount: await mountOf() }))).toBe('present');
    await unmount();
  });

  test('is missing after a reboot, whatever is in its place', async () => {
    await mountTmpfs();
    const mount = { ...(await mountOf()), boot: 'another' };
    expect(await presenceOf(rowOf({ mount }))).toBe('missing');
    expect(presenceIn(await readMountTable(), mount)).toBe('missing');
    await unmount();
  });
});

test('a plain directory is present while it exists', async () => {
  expect(await presenceOf(rowOf({}))).toBe('present');
  expect(await presenceOf(rowOf({ mountpoint: `${path}/none` }))).toBe('missing');
  expect(await presenceOf(rowOf({ mountpoint: `${path}/none/at/all` }))).toBe('missing');
  expect(await presenceOf(rowOf({ mountpoint: null }))).toBe('missing');
});

test('what was seen of a row is not told of one that has changed', async () => {
  await mountTmpfs();
  const mount = await mountOf();
  const rows = [rowOf({ mount }), rowOf({ name: 'gone', state: 'uncertain' })];
  const seen = await lookAtVolumes(rows);
  expect(withPresences(rows, seen)).toEqual([{ ...rows[0], presence: 'present' }, rows[1]]);
  const changed = [rowOf({ mount: { ...mount, id: mount.id + 1 } }), rowOf({ state: 'releasing', mount })];
  expect(withPresences(changed, seen)).toEqual(changed);
  await unmount();
});

describe('the mount that a driver made', () => {
  test('is the new one at the mountpoint, or above it', async () => {
    const before = await readMountTable();
    await mountTmpfs();
    await mkdir(`${path}/data`);
    const mount = await mountOf();
    expect(await findOwnMount(path, before, null)).toEqual(mount);
    expect(await findOwnMount(`${path}/data`, before, null)).toEqual(mount);
    await unmount();
  });

  test('is none that was there before, but the one that the ledger knows', async () => {
    await mountTmpfs();
    await mkdir(`${path}/plain`);
    const mount = await mountOf();
    const before = await readMountTable();
    expect(await findOwnMount(path, before, null)).toBeNull();
    expect(await findOwnMount(`${path}/plain`, before, null)).toBeNull();
    expect(await findOwnMount(path, before, { ...mount, boot: 'another' })).toBeNull();
    expect(await findOwnMount(path, before, mount)).toEqual(mount);
    await unmount();
  });

  test('is new also with the number of one that went meanwhile', async () => {
    await mkdir(`${guard.directory}/other`);
    await mountTmpfs(`${guard.directory}/other`);
    const before = await readMountTable();
    await unmount(`${guard.directory}/other`);
    await mountTmpfs();
    expect(await findOwnMount(path, before, null)).toEqual(await mountOf());
    await unmount();
  });

  test('is never the root of the machine', async () => {
    const root = await readMountTable();
    expect(await findOwnMount('/etc', root, null)).toBeNull();
  });
});
