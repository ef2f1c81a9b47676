import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Isolator } from '../../host/isolator/isolator.ts';
import type { Ledger } from '../../host/isolator/ledger/ledger.ts';
import { SqliteLedger } from '../../host/isolator/ledger/sqlite-ledger.ts';
import { app } from '../support/app.ts';
import { contentsOf, makeLedgerWorld } from '../support/ledger-world.ts';
import { guardMounts, mountLines } from '../support/mount-guard.ts';
import { waitFor } from '../support/wait-for.ts';

const CHILD = fileURLToPath(new URL('../support/isolator-child.ts', import.meta.url));

const guard = guardMounts();

function under(path: string): string {
  return `${guard.directory}${path}`;
}

const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** Starts an isolator in a process of its own, in the same mount namespace. */
function startChild(task: string, name: string) {
  const child = spawn(process.execPath, ['--no-warnings', CHILD, guard.directory, task, name], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const told = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    told.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    told.err += chunk;
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const says = (line: string) =>
    waitFor(`a child to say ${line}`, () => (told.out.includes(line) ? true : undefined), 30_000);
  return { child, told, ended, says };
}

async function roundsOf(isolator: Isolator, name: string, count: number): Promise<void> {
  for (let round = 0; round < count; round += 1) {
    const container = `${name}-${round}`;
    const own = { name: `own-${name}`, path: under(`/in/${round % 3}/${name}`) };
    await isolator.prepare(container, app([{ name: `shared${round % 2}` }, own]));
    await isolator.cleanup(container);
  }
}

/** A driver that is asked to mount what is mounted, or to unmount what is not, fails the test that asks. */
function isStrictlyOrdered(calls: readonly string[]): boolean {
  const mounted = new Set<string>();
  for (const call of calls) {
    const [operation, name = ''] = call.split(' ');
    if (operation === 'mountpointOf') return false;
    if ((operation === 'mount') === mounted.has(name)) return false;
    if (operation === 'mount') mounted.add(name);
    else mounted.delete(name);
  }
  return mounted.size === 0;
}

describe('two isolators on one state directory', () => {
  test('in one process order the same volume strictly, and leave nothing', async () => {
    const world = await makeLedgerWorld(guard.directory);
    await using first = await world.open();
    await using second = await world.open();
    await Promise.all([
      ...['a', 'b', 'c'].map((name) => roundsOf(first, name, 6)),
      ...['d', 'e', 'f'].map((name) => roundsOf(second, name, 6)),
    ]);
    expect(isStrictlyOrdered(world.driver.calls)).toBe(true);
    expect(await contentsOf(world.stateDirectory)).toEqual([]);
    expect(await readdir(under('/volumes'))).toEqual([]);
    expect(await readdir(guard.directory)).not.toContain('in');
  }, 60_000);

  test('a directory that was not empty for the last who needs it is removed by who empties it', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const world = await makeLedgerWorld(guard.directory);
    const ledger = await SqliteLedger.open({ stateDirectory: world.stateDirectory });
    let isWaiting = false;
    /** Once it is told to, lets its isolator wait before it removes the first directory. */
    const slow = { before: async () => {} };
    const slowLedger: Ledger = {
      holder: ledger.holder,
      read: (work) => ledger.read(work),
      change: (work) => ledger.change(work),
      close: () => ledger.close(),
      async hold(name, options) {
        if (name === 'directories') await slow.before();
        return await ledger.hold(name, options);
      },
    };
    try {
      await using first = await Isolator.create({
        policy: { transport: 'plugin', sharing: 'allow' },
        ledger: slowLedger,
        drivers: { plugin: world.driver },
      });
      await using second = await world.open();
      await first.prepare('a', app([{ name: 'one', path: under('/in/deep/0/a') }]));
      await second.prepare('b', app([{ name: 'two', path: under('/in/deep/1/b') }]));
      slow.before = async () => {
        isWaiting = true;
        await gate;
      };
      const cleaning = first.cleanup('a');
      await waitFor('the first to be about to remove', () => (isWaiting ? true : undefined)).catch(open);
      // Nobody claims the shared ones any more, but the other has not yet removed what it has in them.
      const shared = await second.cleanup('b').then(() => readdir(under('/in/deep')));
      open();
      await cleaning;
      expect({ isWaiting, shared }).toEqual({ isWaiting: true, shared: ['0'] });
      expect(await readdir(guard.directory)).not.toContain('in');
    } finally {
      open();
      ledger.close();
    }
    expect(await contentsOf(world.stateDirectory)).toEqual([]);
  });

  test('a directory that somebody still needs is left by who empties it', async () => {
    const world = await makeLedgerWorld(guard.directory);
    await using first = await world.open();
    await mkdir(under('/in'));
    await first.prepare('a', app([{ name: 'one', path: under('/in/ours/deep/0/a') }]));
    await first.prepare('b', app([{ name: 'two', path: under('/in/ours/deep') }]));
    await first.cleanup('a');
    expect(await readdir(under('/in/ours/deep'))).toEqual([]);
    await first.cleanup('b');
    // Never what was there before.
    expect(await readdir(under('/in'))).toEqual([]);
    expect(await contentsOf(world.stateDirectory)).toEqual([]);
  });

  test('in two processes do the same', async () => {
    const world = await makeLedgerWorld(guard.directory);
    const others = ['x', 'y'].map((name) => startChild('rounds', name));
    await using isolator = await world.open();
    await Promise.all(['a', 'b'].map((name) => roundsOf(isolator, name, 8)));
    for (const { ended, told, child } of others) {
      await ended;
      expect({ err: told.err, code: child.exitCode }).toEqual({ err: '', code: 0 });
    }
    expect(await contentsOf(world.stateDirectory)).toEqual([]);
    expect(await readdir(under('/volumes'))).toEqual([]);
    expect(await readdir(guard.directory)).not.toContain('in');
  }, 60_000);

  test('recover of one leaves alone what the other is just preparing', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    const world = await makeLedgerWorld(guard.directory, {
      async beforeMount() {
        ask();
        await gate;
      },
    });
    await using first = await world.open();
    await using second = await world.open();
    const preparing = first.prepare('c', app([{ name: 'one' }]));
    await asked;
    const { plan } = await second.recover({ running: [], orphans: [] });
    expect(plan.gone).toEqual([]);
    open();
    await preparing;
    await first.cleanup('c');
    expect(world.driver.calls).toEqual(['mount one', 'unmount one']);
  });
});

describe('a killed isolator', () => {
  test.each(['hang-before-mount', 'hang-after-mount', 'hang-before-unmount'])(
    'at work on a volume (%s) does not block the next, and leaves nothing after recover',
    async (task) => {
      const before = await mountLines();
      const world = await makeLedgerWorld(guard.directory);
      const killed = startChild(task, 'c');
      await killed.says('asked');
      killed.child.kill('SIGKILL');
      await killed.ended;
      await using isolator = await world.open();
      const { failures } = await isolator.recover({ running: [], orphans: [] });
      // The driver of a volume that was not mounted yet says no, and the mount table says that there is nothing.
      expect(failures).toEqual([]);
      expect(await mountLines()).toEqual(before);
      expect(await contentsOf(world.stateDirectory)).toEqual([]);
      expect(await readdir(guard.directory)).not.toContain('in');
    },
    60_000,
  );

  test('is followed by the next prepare of its container, which starts from the beginning', async () => {
    const world = await makeLedgerWorld(guard.directory);
    const killed = startChild('hang-after-mount', 'c');
    await killed.says('asked');
    killed.child.kill('SIGKILL');
    await killed.ended;
    await using isolator = await world.open();
    const { isRepeated } = await isolator.prepare('c', app([{ name: 'one' }]));
    expect(isRepeated).toBe(false);
    expect(world.driver.calls).toEqual(['unmount one', 'mount one']);
    await isolator.cleanup('c');
    await isolator.recover({ running: [], orphans: [] });
    expect(await contentsOf(world.stateDirectory)).toEqual([]);
  }, 60_000);
});

describe('volumes of one machine', () => {
  test('a hung volume delays nobody on other volumes, be it in the same container', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const world = await makeLedgerWorld(guard.directory, {
      async beforeMount({ volume }) {
        if (volume.name === 'hung') await gate;
      },
    });
    await using isolator = await world.open();
    const first = isolator.prepare('first', app([{ name: 'hung' }, { name: 'w' }]));
    const second = isolator.prepare('second', app([{ name: 'hung' }, { name: 'w' }]));
    await waitFor('w to be mounted', () => (world.driver.calls.includes('mount w') ? true : undefined));
    await isolator.prepare('third', app([{ name: 'w' }]));
    await isolator.cleanup('third');
    open();
    await Promise.all([first, second]);
    await isolator.cleanup('first');
    await isolator.cleanup('second');
    expect(isStrictlyOrdered(world.driver.calls)).toBe(true);
  });

  test('who waits for a volume can give up, and leaves it to who has it', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const world = await makeLedgerWorld(guard.directory, {
      async beforeMount() {
        await gate;
      },
    });
    await using isolator = await world.open();
    const first = isolator.prepare('first', app([{ name: 'one' }]));
    await waitFor('the first to ask', () => (world.driver.calls.length > 0 ? true : undefined));
    const controller = new AbortController();
    const second = isolator.prepare('second', app([{ name: 'one' }]), 0, { signal: controller.signal });
    await waitFor('the second to wait', async () => {
      const { containers } = await isolator.list();
      return containers.some(({ container }) => container === 'second') ? true : undefined;
    });
    const waiting = isolator.prepare('second', app([{ name: 'one' }]), 0, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(second).rejects.toMatchObject({ failures: [{ cause: { message: 'enough' } }] });
    await expect(waiting).rejects.toThrow('enough');
    open();
    await first;
    expect((await isolator.list()).containers.map(({ container }) => container)).toEqual(['first']);
    await isolator.cleanup('first');
    expect(world.driver.calls).toEqual(['mount one', 'unmount one']);
  });

  test('who fails after the volume was left to it by its mounter releases it', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const world = await makeLedgerWorld(guard.directory, {
      async beforeMount({ volume }) {
        if (volume.name !== 'slow') return;
        await gate;
        throw new Error('no');
      },
    });
    await using isolator = await world.open();
    await isolator.prepare('first', app([{ name: 'one' }]));
    const second = isolator.prepare('second', app([{ name: 'one' }, { name: 'slow' }]));
    await waitFor('the second to mount', () => (world.driver.calls.includes('mount slow') ? true : undefined));
    await isolator.cleanup('first');
    expect(world.driver.calls).not.toContain('unmount one');
    open();
    await expect(second).rejects.toMatchObject({ code: 'plan-failed' });
    expect(world.driver.calls).toContain('unmount one');
    expect(await contentsOf(world.stateDirectory)).toEqual([]);
  });

  test('two that share a volume and go at the same time release it once', async () => {
    const world = await makeLedgerWorld(guard.directory);
    await using first = await world.open();
    await using second = await world.open();
    for (let round = 0; round < 10; round += 1) {
      await first.prepare('a', app([{ name: 'one' }]));
      await second.prepare('b', app([{ name: 'one' }]));
      await Promise.all([first.cleanup('a'), second.cleanup('b')]);
      expect(await contentsOf(world.stateDirectory)).toEqual([]);
    }
    expect(isStrictlyOrdered(world.driver.calls)).toBe(true);
    expect(world.driver.calls).toHaveLength(20);
  });

  test('a volume that another container mounted meanwhile keeps the owner it got there', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const world = await makeLedgerWorld(guard.directory, {
      async beforeMount() {
        await gate;
      },
    });
    await using isolator = await world.open();
    await mkdir(under('/mine'), { mode: 0o711 });
    const first = isolator.prepare('first', app([{ name: 'one' }]));
    await waitFor('the first to ask', () => (world.driver.calls.length > 0 ? true : undefined));
    const second = isolator.prepare('second', app([{ name: 'one', path: under('/mine') }]));
    await waitFor('the second to wait', async () =>
      (await isolator.list()).containers.length === 2 ? true : undefined,
    );
    open();
    await first;
    const { mountpoints, plan } = await second;
    expect(plan?.steps.map(({ action }) => action)).toContain('matchOwner');
    expect((await stat([...mountpoints.values()][0]?.path ?? '')).mode & 0o777).toBe(0o755);
    await isolator.cleanup('first');
    await isolator.cleanup('second');
    expect(world.driver.calls).toEqual(['mount one', 'unmount one']);
  });

  test('a driver that names the place of another live volume gets neither, and the other keeps its own', async () => {
    const world = await makeLedgerWorld(guard.directory, {
      async afterMount({ volume }, path) {
        return volume.name === 'liar' ? path.replace('liar', 'one') : undefined;
      },
    });
    await using isolator = await world.open();
    const { mountpoints } = await isolator.prepare('first', app([{ name: 'one' }]));
    const failed = isolator.prepare('second', app([{ name: 'liar' }]));
    await expect(failed).rejects.toMatchObject({ failures: [{ cause: { code: 'mountpoint-taken' } }] });
    expect(await readdir(under('/volumes'))).toEqual(['one']);
    expect((await isolator.list()).volumes).toMatchObject([
      { name: 'one', presence: 'present', mountpoint: [...mountpoints.values()][0]?.path },
    ]);
    await isolator.cleanup('first');
  });
});
