import type { Claim } from '../../host/core/documents.ts';
import { MemoryLedger } from '../../host/isolator/memory-ledger.ts';

function claim(container: string, name: string, path: string | null = null, driver = 'rexray'): Claim {
  return { container, driver, name, options: [], path, mode: 'rw', transport: { kind: 'plugin' }, step: 0 };
}

async function ledgerWith(...claims: Claim[]): Promise<MemoryLedger> {
  const ledger = new MemoryLedger();
  for (const each of claims) await ledger.intend(each.container, [each]);
  return ledger;
}

const one = { driver: 'rexray', name: 'one' };

describe('volumes', () => {
  test('are intended first, and carry what was noted last', async () => {
    const ledger = await ledgerWith(claim('a', 'one'));
    const row = { ...one, options: [], transport: { kind: 'plugin' }, users: 0 };
    expect(await ledger.volumesOf('a')).toEqual([{ ...row, mountpoint: null, state: 'intended' }]);
    await ledger.noteVolume(one, 'mounted', '/mnt/one');
    expect(await ledger.volumesOf('a')).toEqual([{ ...row, mountpoint: '/mnt/one', state: 'mounted' }]);
    expect(await ledger.volumesOf('b')).toEqual([]);
  });

  test('count other containers, each once', async () => {
    const ledger = await ledgerWith(claim('a', 'one'), claim('b', 'one'), claim('b', 'one', '/x'), claim('c', 'two'));
    const users = async (container: string) => (await ledger.volumesLike([one], container)).map((row) => row.users);
    expect(await users('a')).toEqual([1]);
    expect(await users('b')).toEqual([1]);
    expect(await users('z')).toEqual([2]);
  });

  test('are found whatever their case, by exact driver and name otherwise', async () => {
    const ledger = await ledgerWith(
      claim('a', 'One'),
      claim('a', 'one'),
      claim('a', 'one', null, 'Rexray'),
      claim('a', 'on'),
    );
    const found = await ledger.volumesLike([{ driver: 'REXRAY', name: 'ONE' }, one], 'z');
    expect(found.map(({ driver, name }) => `${driver}/${name}`).sort()).toEqual([
      'Rexray/one',
      'rexray/One',
      'rexray/one',
    ]);
    expect(await ledger.volumesLike([{ driver: 'rexrayo', name: 'ne' }], 'z')).toEqual([]);
  });

  test('leave the table when released, or when nobody ever asked a driver for them', async () => {
    const ledger = await ledgerWith(claim('a', 'one'), claim('a', 'two'));
    await ledger.noteVolume(one, 'mounted', '/mnt/one');
    await ledger.noteVolume(one, 'released', null);
    expect(await ledger.volumesLike([one], 'z')).toEqual([]);
    await ledger.forget('a');
    expect(await ledger.volumesLike([{ driver: 'rexray', name: 'two' }], 'z')).toEqual([]);
    expect(await ledger.containers()).toEqual([]);
  });

  test.each(['mounted', 'uncertain', 'releasing'] as const)('stay without a user when %s', async (state) => {
    const ledger = await ledgerWith(claim('a', 'one'));
    await ledger.noteVolume(one, state, '/mnt/one');
    await ledger.forget('a');
    expect(await ledger.volumesLike([one], 'z')).toMatchObject([{ state, users: 0, mountpoint: '/mnt/one' }]);
  });

  test('intended once more keep what is known of them', async () => {
    const ledger = await ledgerWith(claim('a', 'one'));
    await ledger.noteVolume(one, 'uncertain', null);
    await ledger.forget('a');
    const options = [{ key: 'size', value: '5', secret: false }];
    await ledger.intend('b', [{ ...claim('b', 'one'), options }]);
    expect(await ledger.volumesOf('b')).toMatchObject([{ state: 'uncertain', options }]);
    await ledger.noteVolume(one, 'mounted', '/mnt/one');
    await ledger.intend('c', [claim('c', 'one')]);
    expect(await ledger.volumesOf('c')).toMatchObject([{ state: 'mounted', options, users: 1 }]);
  });

  test('are never noted without an intent', async () => {
    await expect(new MemoryLedger().noteVolume(one, 'mounted', '/mnt/one')).rejects.toThrow('expected an intent');
  });
});

describe('claims and containers', () => {
  test('keep the order in which they came', async () => {
    const ledger = await ledgerWith(claim('b', 'one'), claim('a', 'two'), claim('b', 'three'));
    expect(await ledger.containers()).toEqual(['b', 'a']);
    expect((await ledger.claimsOf('b')).map(({ name }) => name)).toEqual(['one', 'three']);
    await ledger.forget('b');
    await ledger.forget('never heard of');
    expect(await ledger.containers()).toEqual(['a']);
  });

  test('without a claim there is no container', async () => {
    const ledger = new MemoryLedger();
    await ledger.intend('a', []);
    expect(await ledger.containers()).toEqual([]);
  });
});

describe('paths and directories', () => {
  test('a path is in use at and above it, by segments, by others only', async () => {
    const ledger = await ledgerWith(claim('a', 'one', '/tmp/x/y'));
    const used = async (path: string, except: string) => ledger.pathInUse(path, except);
    expect(await Promise.all(['/', '/tmp', '/tmp/x', '/tmp/x/y'].map((path) => used(path, 'z')))).toEqual(
      Array(4).fill(true),
    );
    expect(await used('/tmp/x/y/z', 'z')).toBe(false);
    expect(await used('/tmp/x/', 'z')).toBe(false);
    expect(await used('/tm', 'z')).toBe(false);
    expect(await used('/tmp/x', 'a')).toBe(false);
    await ledger.forget('a');
    expect(await used('/tmp/x', 'z')).toBe(false);
  });

  test('directories that were made count the claims of others at or under them', async () => {
    const ledger = await ledgerWith(
      claim('a', 'one', '/tmp/x/y'),
      claim('b', 'two', '/tmp/x/z'),
      claim('b', 'three', '/tmp/x'),
    );
    for (const path of ['/tmp/x', '/tmp/x/y', '/tmp/x/z', '/elsewhere']) await ledger.noteDirectory(path);
    expect(await ledger.directoriesOf('a')).toEqual([
      { path: '/tmp/x/y', users: 0 },
      { path: '/tmp/x', users: 2 },
    ]);
    await ledger.forgetDirectory('/tmp/x/y');
    await ledger.forget('b');
    expect(await ledger.directoriesOf('a')).toEqual([{ path: '/tmp/x', users: 0 }]);
  });

  test('a look-up does not grow with what is live', async () => {
    const ledger = new MemoryLedger();
    for (let index = 0; index < 20_000; index += 1) {
      await ledger.intend(`c${index}`, [claim(`c${index}`, `v${index}`, `/tmp/shared/${index}`)]);
    }
    const startMs = performance.now();
    for (let index = 0; index < 1_000; index += 1) {
      await ledger.volumesLike([{ driver: 'rexray', name: `V${index}` }], 'z');
      await ledger.pathInUse('/tmp/shared', `c${index}`);
      await ledger.directoriesOf(`c${index}`);
    }
    // A scan of 20,000 claims takes about a millisecond; 3,000 of them would take seconds.
    expect(performance.now() - startMs).toBeLessThan(500);
  });
});
