import { mkdir, readdir } from 'node:fs/promises';
import type { LedgerWriter } from '../../host/isolator/ledger/ledger.ts';
import { bootId } from '../../host/system/boot-id.ts';
import { app } from '../support/app.ts';
import {
  changeLedger,
  claimOn,
  contentsOf,
  type LedgerWorld,
  makeLedgerWorld,
  mountVolume,
  nowhere,
  unmountVolume,
  volumeId,
} from '../support/ledger-world.ts';
import { guardMounts, mountLines } from '../support/mount-guard.ts';

const guard = guardMounts();
const one = volumeId('one');
const container = { container: 'c', requestHash: 'hash', process: null };

function under(path: string): string {
  return `${guard.directory}${path}`;
}

type Where = Awaited<ReturnType<typeof mountVolume>>;

/** Leaves everything as a host does that is killed at one point of its life. */
type Crash = (world: LedgerWorld) => Promise<void>;

/** The volume is mounted, and claimed; then the ledger is told what the host came to write. */
function mounted(write: (rows: LedgerWriter, where: Where) => void): Crash {
  return async ({ stateDirectory, driver }) => {
    const where = await mountVolume(driver, 'one');
    await changeLedger(stateDirectory, (rows) => {
      rows.intend(container, [claimOn('one', 'c')]);
      write(rows, where);
    });
  };
}

const UNMOUNT_BEGUN = mounted((rows, where) => {
  rows.noteVolume(one, { state: 'releasing', ...where });
  rows.forget('c');
});

/** Each point of docs/lifecycle.md at which a host may be killed, in the order in which they come. */
const CRASHES: readonly (readonly [string, Crash])[] = [
  [
    'after the intent to prepare',
    ({ stateDirectory }) => changeLedger(stateDirectory, (rows) => rows.intend(container, [claimOn('one', 'c')])),
  ],
  [
    'after the note that a directory will be made',
    ({ stateDirectory }) =>
      changeLedger(stateDirectory, (rows) => {
        rows.intend(container, [claimOn('one', 'c', under('/in/it'))]);
        rows.noteDirectory(under('/in'));
      }),
  ],
  [
    'after a directory was made',
    async ({ stateDirectory }) => {
      await mkdir(under('/in/it'), { recursive: true });
      await changeLedger(stateDirectory, (rows) => {
        rows.intend(container, [claimOn('one', 'c', under('/in/it'))]);
        rows.noteDirectory(under('/in'));
        rows.noteDirectory(under('/in/it'));
      });
    },
  ],
  [
    'after the intent to mount',
    ({ stateDirectory }) =>
      changeLedger(stateDirectory, (rows) => {
        rows.intend(container, [claimOn('one', 'c')]);
        rows.noteVolume(one, nowhere('intended'));
      }),
  ],
  ['after the driver has mounted', mounted((rows) => rows.noteVolume(one, nowhere('intended')))],
  ['after the mount was noted', mounted((rows, where) => rows.noteVolume(one, { state: 'mounted', ...where }))],
  [
    'after the answer, before the runtime had it',
    mounted((rows, where) => {
      rows.noteVolume(one, { state: 'mounted', ...where });
      rows.finish('c', '{}');
    }),
  ],
  [
    'after the begin of a cleanup',
    mounted((rows, where) => {
      rows.noteVolume(one, { state: 'mounted', ...where });
      rows.beginCleanup('c');
    }),
  ],
  [
    'after the container was forgotten',
    mounted((rows, where) => {
      rows.noteVolume(one, { state: 'mounted', ...where });
      rows.forget('c');
    }),
  ],
  [
    'after a claim was dropped by an undo',
    async ({ stateDirectory, driver }) => {
      const where = await mountVolume(driver, 'one');
      await changeLedger(stateDirectory, (rows) => {
        rows.intend(container, [claimOn('one', 'c'), { ...claimOn('two', 'c'), step: 1 }]);
        rows.noteVolume(one, { state: 'mounted', ...where });
        rows.dropClaim('c', one);
      });
    },
  ],
  ['after the intent to unmount', UNMOUNT_BEGUN],
  [
    'after the driver has unmounted',
    async (world) => {
      await UNMOUNT_BEGUN(world);
      await unmountVolume(world.driver, 'one');
    },
  ],
  [
    'after a directory was removed',
    ({ stateDirectory }) => changeLedger(stateDirectory, (rows) => rows.noteDirectory(under('/in'))),
  ],
  [
    'by a reboot of the machine',
    async ({ stateDirectory, driver }) => {
      const { mountpoint, mount } = await mountVolume(driver, 'one');
      await unmountVolume(driver, 'one');
      await changeLedger(stateDirectory, (rows) => {
        rows.intend(container, [claimOn('one', 'c')]);
        rows.noteVolume(one, { state: 'mounted', mountpoint, mount: { ...mount, boot: `not ${bootId()}` } });
        rows.finish('c', '{}');
      });
    },
  ],
  [
    'after a second mount on top of the first',
    async (world) => {
      await mounted((rows, where) => rows.noteVolume(one, { state: 'intended', ...where }))(world);
      await mountVolume(world.driver, 'one');
    },
  ],
];

/** A driver that was killed after the second mount still has a directory that is busy when the first umount is over. */
async function makeWorld(): Promise<LedgerWorld> {
  return await makeLedgerWorld(guard.directory);
}

describe.each(CRASHES)('a host that was killed %s', (_when, crash) => {
  test('recover leaves nothing, and can be repeated', async () => {
    const before = await mountLines();
    const world = await makeWorld();
    await crash(world);
    await using isolator = await world.open();
    const { failures } = await isolator.recover({ running: [], orphans: [] });
    expect(failures).toEqual([]);
    expect(await mountLines()).toEqual(before);
    expect((await readdir(guard.directory)).toSorted()).toEqual(['state', 'volumes']);
    expect(await contentsOf(world.stateDirectory)).toEqual([]);
    const again = await isolator.recover({ running: [], orphans: [] });
    expect(again.plan.steps).toEqual([]);
  });

  test('a dry recover changes nothing, and says what would be done', async () => {
    const world = await makeWorld();
    await crash(world);
    await using isolator = await world.open();
    const before = { mounts: await mountLines(), contents: await contentsOf(world.stateDirectory) };
    const { plan } = await isolator.recover({ running: [], orphans: [], dryRun: true });
    expect(plan.steps.length).toBeGreaterThan(0);
    expect({ mounts: await mountLines(), contents: await contentsOf(world.stateDirectory) }).toEqual(before);
    await isolator.recover({ running: [], orphans: [] });
  });

  test.each(['running', 'orphans'] as const)('what is among the %s keeps all that it claims', async (list) => {
    const world = await makeWorld();
    await crash(world);
    await using isolator = await world.open();
    const claimed = async () =>
      (await contentsOf(world.stateDirectory)).filter((line) => / of c$|^container/.test(line));
    const before = await claimed();
    const calls = [...world.driver.calls];
    await isolator.recover({ running: [], orphans: [], [list]: ['c'] });
    expect(await claimed()).toEqual(before);
    if (before.some((line) => line.startsWith('volume one'))) expect(world.driver.calls).toEqual(calls);
    await isolator.recover({ running: [], orphans: [] });
  });

  test('a cleanup of its container leaves nothing, retries included', async () => {
    const before = await mountLines();
    const world = await makeWorld();
    await crash(world);
    await using isolator = await world.open();
    await isolator.cleanup('c');
    await isolator.settle();
    expect(await mountLines()).toEqual(before);
    const left = (await contentsOf(world.stateDirectory)).filter((line) => !line.startsWith('directory'));
    expect(left).toEqual([]);
    await isolator.recover({ running: [], orphans: [] });
    expect(await contentsOf(world.stateDirectory)).toEqual([]);
  });

  test('its container can be prepared anew, on one mount', async () => {
    const before = await mountLines();
    const world = await makeWorld();
    await crash(world);
    await using isolator = await world.open();
    const document = app([{ name: 'one' }]);
    try {
      await isolator.prepare('c', document);
    } catch (error) {
      // Prepared from a document that is not this one: the runtime has to clean it up first.
      expect(error).toMatchObject({ code: 'container-conflict' });
      await isolator.cleanup('c');
      await isolator.prepare('c', document);
    }
    expect((await mountLines()).length).toBe(before.length + 1);
    await isolator.cleanup('c');
    await isolator.recover({ running: [], orphans: [] });
    expect(await mountLines()).toEqual(before);
    expect(await contentsOf(world.stateDirectory)).toEqual([]);
  });
});
