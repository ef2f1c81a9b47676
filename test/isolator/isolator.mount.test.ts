import { chmod, chown, mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import type { MountCall } from '../../host/driver/volume-driver.ts';
import { Isolator } from '../../host/isolator/isolator.ts';
import { PlanFailedError, RefusedError } from '../../host/isolator/isolator-error.ts';
import type { IsolatorEvent } from '../../host/isolator/isolator-event.ts';
import { SqliteLedger } from '../../host/isolator/ledger/sqlite-ledger.ts';
import { app, volumeOf } from '../support/app.ts';
import { guardMounts, mountLines } from '../support/mount-guard.ts';
import { createTmpfsDriver, driverFailure, type Faults } from '../support/tmpfs-driver.ts';

const guard = guardMounts();

function under(path: string): string {
  return `${guard.directory}${path}`;
}

async function setUp(faults: Faults = {}, policy: Record<string, unknown> = {}) {
  await mkdir(under('/volumes'));
  const plugin = createTmpfsDriver(under('/volumes'), faults);
  const ledger = await SqliteLedger.open({ memory: true });
  const events: IsolatorEvent[] = [];
  const isolator = await Isolator.create({
    policy: { transport: 'plugin', ...policy },
    drivers: { plugin },
    ledger,
    onEvent: (event) => void events.push(event),
  });
  return { isolator, plugin, ledger, events };
}

async function failureOf(promise: Promise<unknown>): Promise<PlanFailedError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(PlanFailedError);
  return error as PlanFailedError;
}

function failuresOf({ failures }: PlanFailedError): string[] {
  return failures.map(({ phase, step }) => `${phase} ${step.action} ${'volume' in step ? volumeOf(step) : ''}`.trim());
}

async function modeOf(path: string): Promise<{ uid: number; gid: number; mode: string }> {
  const { uid, gid, mode } = await stat(path);
  return { uid, gid, mode: (mode & 0o7777).toString(8) };
}

describe('prepare and cleanup', () => {
  test('mount every volume, make what is missing under /tmp, and leave nothing but the data', async () => {
    const { isolator, plugin, ledger, events } = await setUp();
    const document = app([{ name: 'one' }, { name: 'two', path: under('/a/b') }]);
    const prepared = await isolator.prepare('c', document);
    // They are mounted side by side, so either may be the first.
    expect([...prepared.mountpoints].toSorted(([one], [other]) => one - other).map(([, at]) => at)).toEqual([
      { path: plugin.pathOf('one'), identity: expect.anything(), isMount: true },
      { path: plugin.pathOf('two'), identity: expect.anything(), isMount: true },
    ]);
    expect(prepared.launch.binds).toMatchObject([{ source: { path: plugin.pathOf('two') }, readOnly: false }]);
    expect(await modeOf(under('/a/b'))).toEqual({ uid: 0, gid: 0, mode: '755' });
    expect(await ledger.read((rows) => rows.volumesOf('c'))).toMatchObject([
      { state: 'mounted' },
      { state: 'mounted' },
    ]);
    await isolator.cleanup('c');
    expect(await readdir(guard.directory)).toEqual(['volumes']);
    expect(await readdir(under('/volumes'))).toEqual([]);
    expect(await ledger.read((rows) => rows.containers())).toEqual([]);
    expect(events.filter(({ type }) => type === 'planned')).toHaveLength(2);
    expect(events.filter(({ type }) => type === 'step-failed')).toEqual([]);
  });

  test('a volume takes owner and mode of the directory that it covers', async () => {
    const { isolator, plugin } = await setUp();
    await mkdir(under('/mine'));
    await chown(under('/mine'), 1234, 4321);
    await chmod(under('/mine'), 0o2770);
    await isolator.prepare('c', app([{ name: 'one', path: under('/mine') }]));
    expect(await modeOf(plugin.pathOf('one'))).toEqual({ uid: 1234, gid: 4321, mode: '2770' });
    await isolator.cleanup('c');
    expect(await readdir(guard.directory)).toEqual(['mine', 'volumes']);
  });

  test('a path inside of another one is made in the volume', async () => {
    const { isolator, plugin } = await setUp();
    await isolator.prepare(
      'c',
      app([
        { name: 'in', path: under('/a/b/c') },
        { name: 'out', path: under('/a') },
      ]),
    );
    expect(await readdir(`${plugin.pathOf('out')}/b`)).toEqual(['c']);
    expect(await readdir(under('/a'))).toEqual([]);
    await isolator.cleanup('c');
    expect(await readdir(guard.directory)).toEqual(['volumes']);
  });

  test('a shared volume is mounted by the first and unmounted by the last', async () => {
    const { isolator, plugin } = await setUp();
    await isolator.prepare('first', app([{ name: 'one' }]));
    await isolator.prepare('second', app([{ name: 'one' }]));
    await isolator.cleanup('first');
    expect(plugin.calls).toEqual(['mount one']);
    await isolator.cleanup('second');
    expect(plugin.calls).toEqual(['mount one', 'unmount one']);
  });

  test('a directory that two containers need goes with the last of them', async () => {
    const { isolator } = await setUp();
    await isolator.prepare('first', app([{ name: 'one', path: under('/a/x') }]));
    await isolator.prepare('second', app([{ name: 'two', path: under('/a/y') }]));
    await isolator.cleanup('first');
    expect(await readdir(under('/a'))).toEqual(['y']);
    await isolator.cleanup('second');
    expect(await readdir(guard.directory)).toEqual(['volumes']);
  });

  test('what somebody put into a directory of ours is kept', async () => {
    const { isolator, events } = await setUp();
    await isolator.prepare('c', app([{ name: 'one', path: under('/a') }]));
    await writeFile(under('/a/precious'), '');
    await isolator.cleanup('c');
    expect(await readdir(under('/a'))).toEqual(['precious']);
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'step-done', note: { kind: 'removal', removal: 'not-empty' } }),
    );
  });

  test('cleanup can be repeated, and of the unknown is fine', async () => {
    const { isolator, plugin } = await setUp();
    await isolator.cleanup('never heard of');
    await isolator.prepare('c', app([{ name: 'one' }]));
    await isolator.cleanup('c');
    await isolator.cleanup('c');
    expect(plugin.calls).toEqual(['mount one', 'unmount one']);
  });

  test('a container that holds volumes cannot be prepared again until it is cleaned up', async () => {
    const { isolator } = await setUp();
    await isolator.prepare('c', app([{ name: 'one' }]));
    await expect(isolator.prepare('c', app([{ name: 'two' }]))).rejects.toMatchObject({ code: 'container-conflict' });
    await isolator.cleanup('c');
    await isolator.prepare('c', app([{ name: 'two' }]));
    await isolator.cleanup('c');
  });

  test('a refused document does nothing and carries its findings', async () => {
    const { isolator, plugin, events } = await setUp();
    const refusal = isolator.prepare('c', app([{ name: 'one', path: '/proc/x' }]));
    await expect(refusal).rejects.toBeInstanceOf(RefusedError);
    await expect(refusal).rejects.toMatchObject({
      code: 'refused',
      findings: [expect.objectContaining({ code: 'path-protected', severity: 'error' })],
    });
    await isolator.prepare('first', app([{ name: 'one' }]));
    await expect(isolator.prepare('c', app([{ name: 'one', path: under('/a') }]))).rejects.toMatchObject({
      findings: [expect.objectContaining({ code: 'volume-in-use' })],
    });
    await isolator.cleanup('first');
    expect(plugin.calls).toEqual(['mount one', 'unmount one']);
    const told = events.filter((event) => event.container === 'c').map(({ type }) => type);
    expect(told).toEqual(['refused', 'refused']);
  });

  test('a refused policy makes no isolator, a refused container id no plan', async () => {
    await expect(Isolator.create({ policy: { noSuchField: 1 } })).rejects.toMatchObject({ code: 'refused' });
    const { isolator } = await setUp();
    await expect(isolator.prepare('', app([{ name: 'one' }]))).rejects.toMatchObject({ code: 'refused' });
    await expect(isolator.cleanup('')).rejects.toMatchObject({ code: 'refused' });
  });

  test('a plan is data: nothing is done', async () => {
    const { isolator, plugin, ledger } = await setUp();
    const plan = await isolator.plan('c', app([{ name: 'one', path: under('/a') }]));
    expect(plan.steps.map(({ action }) => action)).toEqual(['ensureDirectory', 'mountVolume', 'matchOwner', 'bind']);
    expect(plugin.calls).toEqual([]);
    expect(await ledger.read((rows) => rows.containers())).toEqual([]);
    expect(await readdir(guard.directory)).toEqual(['volumes']);
  });
});

describe('a failure', () => {
  const three = () => app([{ name: 'one', path: under('/a/b') }, { name: 'two' }, { name: 'three' }]);

  test('of the third volume leaves nothing behind', async () => {
    const before = await mountLines();
    const { isolator, plugin, ledger } = await setUp({
      async beforeMount({ volume }) {
        if (volume.name === 'three') throw driverFailure(volume, 'mount', false);
      },
    });
    const error = await failureOf(isolator.prepare('c', three()));
    expect(failuresOf(error)).toEqual(['do mountVolume three']);
    expect(error.failures[0]?.cause).toMatchObject({ name: 'DriverError', code: 'driver-refused' });
    expect(plugin.calls.slice(3).toSorted()).toEqual(['unmount one', 'unmount two']);
    expect(await readdir(guard.directory)).toEqual(['volumes']);
    expect(await mountLines()).toEqual(before);
    expect(await ledger.read((rows) => rows.containers())).toEqual([]);
    expect(await ledger.read((rows) => rows.volumesLike([{ driver: 'tmpfs', name: 'one' }], 'z'))).toEqual([]);
  });

  test('of an undo does not keep the others from being tried; its volume stays known', async () => {
    const faults = { stuck: true };
    const { isolator, plugin, ledger } = await setUp({
      async beforeMount({ volume }) {
        if (volume.name === 'three') throw driverFailure(volume, 'mount', false);
      },
      async beforeUnmount({ volume }) {
        if (volume.name === 'one' && faults.stuck) throw driverFailure(volume, 'unmount', true);
      },
    });
    const error = await failureOf(isolator.prepare('c', three()));
    expect(failuresOf(error)).toEqual(['do mountVolume three', 'undo mountVolume one']);
    expect(plugin.calls.slice(3).toSorted()).toEqual(['mountpointOf one', 'unmount one', 'unmount two']);
    expect(await readdir(guard.directory)).toEqual(['volumes']);
    expect(await ledger.read((rows) => rows.volumesLike([{ driver: 'tmpfs', name: 'one' }], 'z'))).toMatchObject([
      { state: 'uncertain', users: 0, mountpoint: plugin.pathOf('one') },
    ]);
    faults.stuck = false;
    await plugin.unmount({ volume: { driver: 'tmpfs', name: 'one' }, timeoutMs: 1_000 });
  });

  test.each([
    ['no path at all', async () => 'usage: mount'],
    ['a path that is not there', async (_call: MountCall, path: string) => `${path}/none`],
    ['the root', async () => '/'],
    ['a path with dots', async (_call: MountCall, path: string) => `${path}/../one`],
  ])('of the answer is undone, since the driver has mounted: %s', async (_title, afterMount) => {
    const { isolator, plugin } = await setUp({ afterMount });
    const error = await failureOf(isolator.prepare('c', app([{ name: 'one' }])));
    expect(error.failures[0]?.cause).toMatchObject({ name: 'MountpointError' });
    expect(plugin.calls).toEqual(['mount one', 'unmount one']);
  });

  test("of an answer outside of the policy's mountRoots is undone", async () => {
    const { isolator, plugin } = await setUp({}, { mountRoots: ['/var/lib/rexray/volumes'] });
    const error = await failureOf(isolator.prepare('c', app([{ name: 'one' }])));
    expect(error.failures[0]?.cause).toMatchObject({ code: 'mountpoint-outside', answer: plugin.pathOf('one') });
    expect(plugin.calls).toEqual(['mount one', 'unmount one']);
  });

  test('after the driver has acted leaves the state uncertain when the undo fails, too', async () => {
    const { isolator, plugin, ledger } = await setUp({
      async afterMount({ volume }) {
        throw driverFailure(volume, 'mount', true);
      },
      async beforeUnmount({ volume }) {
        if (plugin.calls.length === 2) throw driverFailure(volume, 'unmount', false);
      },
    });
    const error = await failureOf(isolator.prepare('c', app([{ name: 'one' }])));
    expect(failuresOf(error)).toEqual(['do mountVolume one', 'undo mountVolume one']);
    expect(await ledger.read((rows) => rows.volumesLike([{ driver: 'tmpfs', name: 'one' }], 'z'))).toMatchObject([
      { state: 'uncertain' },
    ]);
    await plugin.unmount({ volume: { driver: 'tmpfs', name: 'one' }, timeoutMs: 1_000 });
  });

  test('of a path asks no driver', async () => {
    const { isolator, plugin } = await setUp();
    await symlink('/etc', under('/planted'));
    const error = await failureOf(isolator.prepare('c', app([{ name: 'one', path: under('/planted/x') }])));
    expect(error.failures[0]?.cause).toMatchObject({ code: 'directory-link', component: under('/planted') });
    expect(plugin.calls).toEqual([]);
  });

  test('in cleanup does not keep the rest from being released, and the container holds nothing any more', async () => {
    const faults = { stuck: true };
    const { isolator, plugin, ledger } = await setUp({
      async beforeUnmount({ volume }) {
        if (volume.name === 'one' && faults.stuck) throw driverFailure(volume, 'unmount', false);
      },
    });
    await isolator.prepare('c', three());
    const error = await failureOf(isolator.cleanup('c'));
    expect(failuresOf(error)).toEqual(['do unmountVolume one']);
    expect(await readdir(guard.directory)).toEqual(['volumes']);
    expect(await readdir(under('/volumes'))).toEqual(['one']);
    expect(await ledger.read((rows) => rows.containers())).toEqual([]);
    // It surely is still mounted, so the next one may have it as it is.
    faults.stuck = false;
    await isolator.prepare('next', app([{ name: 'one' }]));
    await isolator.cleanup('next');
    expect(plugin.calls.filter((call) => call.endsWith(' one'))).toEqual([
      'mount one',
      'unmount one',
      'mountpointOf one',
      'unmount one',
    ]);
  });

  test('giving up undoes what was done', async () => {
    const controller = new AbortController();
    const { isolator, plugin, ledger } = await setUp({
      async beforeMount({ volume, signal }) {
        if (volume.name !== 'three') return;
        controller.abort(new Error('enough'));
        expect(signal?.aborted).toBe(true);
        throw driverFailure(volume, 'mount', false);
      },
    });
    await failureOf(isolator.prepare('c', three(), 0, { signal: controller.signal }));
    expect(plugin.calls.slice(3).toSorted()).toEqual(['unmount one', 'unmount two']);
    expect(await ledger.read((rows) => rows.containers())).toEqual([]);
    await expect(isolator.prepare('c', three(), 0, { signal: controller.signal })).rejects.toThrow('enough');
  });
});

describe('many at once', () => {
  test('ten slow volumes of a container are mounted side by side', async () => {
    const { promise: allAsked, resolve } = Promise.withResolvers<void>();
    let asked = 0;
    const { isolator } = await setUp({
      // Nobody is answered before all ten were asked: one after the other would never end.
      async beforeMount() {
        asked += 1;
        if (asked === 10) resolve();
        await allAsked;
      },
    });
    await isolator.prepare('c', app(Array.from({ length: 10 }, (_, index) => ({ name: `v${index}` }))));
    await isolator.cleanup('c');
  });

  test('the same volume waits its turn, another does not wait for it', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const { isolator, plugin } = await setUp({
      async beforeMount({ volume }) {
        if (volume.name === 'slow') await gate;
      },
    });
    const first = isolator.prepare('first', app([{ name: 'slow' }, { name: 'both' }]));
    const second = isolator.prepare('second', app([{ name: 'both' }, { name: 'slow' }]));
    await isolator.prepare('third', app([{ name: 'quick' }]));
    await isolator.cleanup('third');
    open();
    await Promise.all([first, second]);
    await Promise.all([isolator.cleanup('first'), isolator.cleanup('second')]);
    expect(plugin.calls.filter((call) => call.endsWith('slow'))).toEqual(['mount slow', 'unmount slow']);
    expect(plugin.calls.filter((call) => call.endsWith('both'))).toEqual(['mount both', 'unmount both']);
  });

  test('forty containers over four volumes and one directory leave nothing', async () => {
    const { isolator, ledger } = await setUp();
    await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const container = `c${index}`;
        const own = { name: `own${index}`, path: under(`/shared/${index % 5}/${index}`) };
        await isolator.prepare(container, app([{ name: `v${index % 4}` }, own]));
        expect((await stat(own.path)).isDirectory()).toBe(true);
        await isolator.cleanup(container);
      }),
    );
    expect(await readdir(guard.directory)).toEqual(['volumes']);
    expect(await readdir(under('/volumes'))).toEqual([]);
    expect(await ledger.read((rows) => rows.containers())).toEqual([]);
  }, 60_000);

  test('a volume that went away under its users is given to nobody else, and its release is tidy', async () => {
    const { isolator, plugin, ledger } = await setUp();
    await isolator.prepare('first', app([{ name: 'one' }]));
    await plugin.unmount({ volume: { driver: 'tmpfs', name: 'one' }, timeoutMs: 1_000 });
    await expect(isolator.prepare('second', app([{ name: 'one' }]))).rejects.toMatchObject({
      code: 'refused',
      findings: [expect.objectContaining({ code: 'volume-vanished' })],
    });
    // The driver says no, for it has nothing mounted, and the mount table agrees.
    await isolator.cleanup('first');
    expect(await ledger.read((rows) => rows.volumes())).toEqual([]);
  });
});
