import { mkdir, open } from 'node:fs/promises';
import type { LedgerMount } from '../../host/core/documents.ts';
import { DriverError, type DriverErrorCode } from '../../host/driver/volume-driver.ts';
import { type Unmounted, unmountVolume } from '../../host/isolator/volume-unmount.ts';
import { bootId } from '../../host/system/boot-id.ts';
import { identifyMount } from '../../host/system/mount-identity.ts';
import { layersAt } from '../../host/system/mount-layers.ts';
import { readMountTable } from '../../host/system/mount-table.ts';
import { run } from '../../host/system/process.ts';
import { guardMounts } from '../support/mount-guard.ts';

const LIMITS = { timeoutMs: 30_000, outputMaxBytes: 65_536 };
const volume = { driver: 'scripted', name: 'v' };

/** What a driver says to an unmount, and whether it does it. */
type Says = 'yes' | 'yes, and does nothing' | 'no' | 'maybe' | 'nothing in time' | 'good-bye';
/** What it says when it is asked where the volume is. */
type Place = 'there' | 'nowhere' | 'elsewhere, on a mount' | 'elsewhere' | 'no word';
/** What is mounted where the volume is. */
type Table = 'ours' | 'ours twice' | 'ours, in use' | 'ours, under another' | 'nothing' | 'another';

const CODES: Partial<Record<Says, readonly [DriverErrorCode, boolean]>> = {
  no: ['driver-refused', false],
  maybe: ['driver-refused', true],
  'nothing in time': ['driver-timeout', true],
  'good-bye': ['driver-crashed', true],
};

const guard = guardMounts();
let path: string;

beforeEach(async () => {
  path = `${guard.directory}/v`;
  await mkdir(path);
  await mkdir(`${guard.directory}/mounted`);
});

async function mountTmpfs(at: string): Promise<void> {
  await run('/bin/mount', ['-t', 'tmpfs', 'dvdi-test', at], LIMITS);
}

async function layerCount(at = path): Promise<number> {
  return layersAt(await readMountTable(), at).length;
}

/** Makes the mounts, and gives what the ledger would know of ours, and what takes all of it away. */
async function build(table: Table): Promise<{ mount: LedgerMount; takeAway: () => Promise<void> }> {
  await mountTmpfs(path);
  const { mountId: id, device } = await identifyMount(path);
  const mount = { path, id, device, boot: bootId() };
  const file = table === 'ours, in use' ? await open(`${path}/open`, 'w') : null;
  if (table === 'ours twice') await run('/bin/mount', ['--bind', path, path], LIMITS);
  if (table === 'ours, under another') await mountTmpfs(path);
  if (table === 'nothing' || table === 'another') await run('/bin/umount', [path], LIMITS);
  if (table === 'another') {
    // The kernel gives the device's number again: another tmpfs in between keeps it.
    await mountTmpfs(`${guard.directory}/mounted`);
    await mountTmpfs(path);
    await run('/bin/umount', [`${guard.directory}/mounted`], LIMITS);
  }
  const takeAway = async () => {
    await file?.close();
    while ((await layerCount()) > 0) await run('/bin/umount', [path], LIMITS);
  };
  return { mount, takeAway };
}

function scripted(says: Says, place: Place) {
  const calls: string[] = [];
  const fail = (operation: string, code: DriverErrorCode, uncertain: boolean) => {
    throw new DriverError(`scripted ${code}`, { code, volume, operation, uncertain });
  };
  const driver = {
    mount: async () => path,
    async unmount() {
      calls.push('unmount');
      const failure = CODES[says];
      if (failure !== undefined) fail('unmount', ...failure);
      if (says === 'yes') await run('/bin/umount', [path], LIMITS);
    },
    async mountpointOf() {
      calls.push('mountpointOf');
      if (place === 'no word') fail('mountpointOf', 'driver-missing', false);
      if (place === 'nowhere') return null;
      if (place === 'there') return path;
      return `${guard.directory}/${place === 'elsewhere' ? 'not-there' : 'mounted'}`;
    },
  };
  return { calls, driver };
}

function shown(unmounted: Unmounted): string {
  if (unmounted.outcome !== 'unknown') return unmounted.outcome;
  return unmounted.isLeft ? 'unknown, left' : 'unknown';
}

describe('a mount that the ledger knows', () => {
  test.each<[Says, Place, Table, string, number, number]>([
    // says, place, table, outcome, mounts left, calls of unmount
    ['yes', 'no word', 'ours', 'gone', 0, 1],
    ['yes', 'no word', 'ours twice', 'gone', 0, 2],
    ['yes', 'no word', 'ours, under another', 'gone', 0, 2],
    ['yes, and does nothing', 'no word', 'ours', 'gone', 0, 1],
    ['yes, and does nothing', 'no word', 'ours twice', 'gone', 0, 1],
    ['yes, and does nothing', 'no word', 'ours, in use', 'unknown, left', 1, 1],
    ['yes, and does nothing', 'no word', 'ours, under another', 'unknown, left', 2, 1],
    ['yes, and does nothing', 'no word', 'nothing', 'gone', 0, 1],
    ['yes, and does nothing', 'no word', 'another', 'gone', 1, 1],
    ['no', 'there', 'ours', 'mounted', 1, 1],
    ['no', 'there', 'ours twice', 'mounted', 2, 1],
    ['no', 'there', 'nothing', 'gone', 0, 1],
    ['no', 'there', 'another', 'unknown', 1, 1],
    ['no', 'nowhere', 'ours', 'gone', 0, 1],
    ['no', 'nowhere', 'ours twice', 'gone', 0, 1],
    ['no', 'nowhere', 'ours, in use', 'unknown, left', 1, 1],
    ['no', 'nowhere', 'nothing', 'gone', 0, 1],
    ['no', 'nowhere', 'another', 'gone', 1, 1],
    ['no', 'elsewhere', 'nothing', 'gone', 0, 1],
    ['no', 'elsewhere, on a mount', 'nothing', 'unknown', 0, 1],
    ['no', 'no word', 'ours', 'mounted', 1, 1],
    ['no', 'no word', 'nothing', 'unknown', 0, 1],
    ['maybe', 'there', 'ours', 'unknown, left', 1, 1],
    ['maybe', 'there', 'nothing', 'gone', 0, 1],
    ['maybe', 'nowhere', 'ours', 'gone', 0, 1],
    ['maybe', 'no word', 'ours', 'unknown, left', 1, 1],
    ['good-bye', 'no word', 'ours', 'unknown, left', 1, 1],
    ['good-bye', 'nowhere', 'ours', 'gone', 0, 1],
    ['good-bye', 'no word', 'nothing', 'unknown', 0, 1],
    ['nothing in time', 'nowhere', 'ours', 'unknown, left', 1, 1],
    ['nothing in time', 'nowhere', 'nothing', 'unknown', 0, 1],
  ])(
    'the driver says %s, the place is %s, the table has %s: %s',
    async (says, place, table, outcome, left, unmounts) => {
      if (place === 'elsewhere, on a mount') await mountTmpfs(`${guard.directory}/mounted`);
      const { mount, takeAway } = await build(table);
      const { calls, driver } = scripted(says, place);
      try {
        const isShared = async () => false;
        const unmounted = await unmountVolume({ volume, driver, timeoutMs: 5_000, mount, mountpoint: path, isShared });
        expect(shown(unmounted)).toBe(outcome);
        expect(await layerCount()).toBe(left);
        expect(calls.filter((call) => call === 'unmount')).toHaveLength(unmounts);
        if (says === 'nothing in time') expect(calls).toEqual(['unmount']);
      } finally {
        await takeAway();
        if (place === 'elsewhere, on a mount') await run('/bin/umount', [`${guard.directory}/mounted`], LIMITS);
      }
    },
  );

  test('what a driver left is told with what keeps it', async () => {
    const { mount, takeAway } = await build('ours, in use');
    const { driver } = scripted('yes, and does nothing', 'no word');
    const isShared = async () => false;
    const unmounted = await unmountVolume({ volume, driver, timeoutMs: 5_000, mount, mountpoint: path, isShared });
    expect(unmounted).toMatchObject({
      error: { code: 'unmount-without-effect', path, cause: { code: 'mount-busy' } },
    });
    await takeAway();
  });

  test('one that other volumes lie on is left to the driver', async () => {
    const { mount, takeAway } = await build('ours');
    const { calls, driver } = scripted('yes, and does nothing', 'no word');
    const isShared = async () => true;
    const unmounted = await unmountVolume({ volume, driver, timeoutMs: 5_000, mount, mountpoint: path, isShared });
    expect(unmounted).toEqual({ outcome: 'gone' });
    expect(await layerCount()).toBe(1);
    expect(calls).toEqual(['unmount']);
    await takeAway();
  });

  test('one of an earlier boot is nobody: what has its number now is not touched', async () => {
    const { mount, takeAway } = await build('ours');
    const { driver } = scripted('yes, and does nothing', 'no word');
    const isShared = async () => false;
    const old = { ...mount, boot: 'another' };
    await unmountVolume({ volume, driver, timeoutMs: 5_000, mount: old, mountpoint: path, isShared });
    expect(await layerCount()).toBe(1);
    await takeAway();
  });
});

describe('no mount that the ledger knows', () => {
  test.each<[Says, Place, 'sure' | 'not sure', string]>([
    ['yes, and does nothing', 'no word', 'sure', 'gone'],
    ['no', 'there', 'sure', 'mounted'],
    ['no', 'there', 'not sure', 'gone'],
    ['no', 'nowhere', 'sure', 'gone'],
    ['no', 'no word', 'sure', 'mounted'],
    ['no', 'no word', 'not sure', 'unknown'],
    ['no', 'elsewhere', 'not sure', 'gone'],
    ['maybe', 'there', 'sure', 'unknown'],
    ['maybe', 'nowhere', 'not sure', 'gone'],
    ['nothing in time', 'nowhere', 'sure', 'unknown'],
  ])('the driver says %s, the place is %s, where it was is %s: %s', async (says, place, sure, outcome) => {
    const { driver } = scripted(says, place);
    const mountpoint = sure === 'sure' ? path : null;
    const isShared = async () => false;
    const unmounted = await unmountVolume({ volume, driver, timeoutMs: 5_000, mount: null, mountpoint, isShared });
    expect(shown(unmounted)).toBe(outcome);
  });
});
