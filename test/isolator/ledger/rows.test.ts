import type { CheckpointRow } from '../../../host/core/documents.ts';
import { SqliteLedger } from '../../../host/isolator/ledger/sqlite-ledger.ts';
import { addPrepared, claimOf, mountedAt, newContainer, RELEASED } from '../../support/ledger-rows.ts';

const VOLUME = { driver: 'rexray', name: 'data' };
const NOBODY = { driver: '', name: '' };

let ledger: SqliteLedger;
let nowMs = 1_000;

beforeEach(async () => {
  nowMs = 1_000;
  ledger = await SqliteLedger.open({ memory: true }, { clock: { nowMs: () => nowMs } });
});
afterEach(() => ledger.close());

test('a container goes from preparing to prepared to cleaning, and is gone when it is forgotten', async () => {
  const process = { pid: 7, startTicks: 99, boot: 'b' };
  await ledger.change((rows) => rows.intend({ container: 'c', requestHash: 'h', process }, [claimOf('c', 'data')]));
  const base = { container: 'c', requestHash: 'h', process, createdMs: 1_000 };
  expect(await ledger.read((rows) => rows.container('c'))).toEqual({ ...base, state: 'preparing', answer: null });
  await ledger.change((rows) => rows.finish('c', '{"launch":1}'));
  expect(await ledger.read((rows) => rows.container('c'))).toEqual({
    ...base,
    state: 'prepared',
    answer: '{"launch":1}',
  });
  await ledger.change((rows) => rows.beginCleanup('c'));
  expect(await ledger.read((rows) => rows.container('c')?.state)).toBe('cleaning');
  await ledger.change((rows) => rows.forget('c'));
  expect(await ledger.read((rows) => [rows.container('c'), rows.containers(), rows.volumes()])).toEqual([null, [], []]);
});

test('a volume enters the table released, and leaves it when it is released and nobody claims it', async () => {
  await ledger.change((rows) => rows.intend(newContainer('c'), [claimOf('c', 'data')]));
  expect(await ledger.read((rows) => rows.volume(VOLUME))).toMatchObject({ state: 'released', containers: ['c'] });
  await ledger.change((rows) => {
    rows.noteVolume(VOLUME, mountedAt('/mnt/data'));
    rows.dropClaim('c', VOLUME);
  });
  expect(await ledger.read((rows) => rows.volume(VOLUME))).toMatchObject({ state: 'mounted', containers: [] });
  await ledger.change((rows) => rows.noteVolume(VOLUME, RELEASED));
  expect(await ledger.read((rows) => rows.volume(VOLUME))).toBeNull();
});

test('a failed release counts attempts and says when the next is due; any other note clears it', async () => {
  const failure = { error: 'it hangs', retry: { uptimeMs: 700.5, boot: 'now' } };
  await ledger.change((rows) => {
    addPrepared(rows, 'c', ['data']);
    rows.forget('c');
    rows.noteVolume(VOLUME, { ...mountedAt('/mnt/data'), state: 'uncertain', failure });
    rows.noteVolume(VOLUME, { ...mountedAt('/mnt/data'), state: 'uncertain', failure });
  });
  const due = (uptimeMs: number, boot = 'now', all = false) =>
    ledger.read((rows) => rows.releasable({ uptimeMs, boot }, all).length);
  expect(await ledger.read((rows) => rows.volume(VOLUME))).toMatchObject({
    attempts: 2,
    error: 'it hangs',
    retry: { uptimeMs: 701, boot: 'now' },
  });
  expect([await due(700), await due(701), await due(0, 'another'), await due(0, 'now', true)]).toEqual([0, 1, 1, 1]);
  await ledger.change((rows) => rows.noteVolume(VOLUME, mountedAt('/mnt/data')));
  expect(await ledger.read((rows) => rows.volume(VOLUME))).toMatchObject({ attempts: 0, error: null, retry: null });
  expect(await due(0)).toBe(1);
});

test('a failure without a next try is only released when all are', async () => {
  await ledger.change((rows) => {
    addPrepared(rows, 'c', ['data']);
    rows.forget('c');
    rows.noteVolume(VOLUME, { ...mountedAt('/m'), state: 'uncertain', failure: { error: 'no', retry: null } });
  });
  const now = { uptimeMs: 1e9, boot: 'x' };
  expect(await ledger.read((rows) => [rows.releasable(now), rows.releasable(now, true)])).toEqual([[], [VOLUME]]);
});

test('the time of a volume is that of its state, not of every note', async () => {
  await ledger.change((rows) => addPrepared(rows, 'c', ['data']));
  nowMs = 2_000;
  await ledger.change((rows) => rows.noteVolume(VOLUME, mountedAt('/mnt/data')));
  expect(await ledger.read((rows) => rows.volume(VOLUME)?.changedMs)).toBe(1_000);
  await ledger.change((rows) => rows.noteVolume(VOLUME, { ...mountedAt('/mnt/data'), state: 'releasing' }));
  expect(await ledger.read((rows) => rows.volume(VOLUME)?.changedMs)).toBe(2_000);
});

test('a volume is found by its mountpoint and its mount, unless it is released or the one that asks', async () => {
  const mount = { path: '/mnt', id: 4, device: '0:9', boot: 'b' };
  await ledger.change((rows) => {
    rows.intend(newContainer('c'), [claimOf('c', 'data')]);
    rows.noteVolume(VOLUME, mountedAt('/mnt/data', mount));
  });
  const at = (path: string, except = NOBODY) => ledger.read((rows) => rows.volumeAt(path, except));
  expect([await at('/mnt'), await at('/mnt/data'), await at('/mnt/other')]).toEqual([VOLUME, VOLUME, null]);
  expect(await at('/mnt', VOLUME)).toBeNull();
  await ledger.change((rows) => rows.noteVolume(VOLUME, { ...RELEASED, mountpoint: '/mnt/data' }));
  expect(await at('/mnt/data')).toBeNull();
});

test('volumes are given in parts, in the order of their keys', async () => {
  await ledger.change((rows) => addPrepared(rows, 'c', ['b', 'a', 'd', 'B', 'c']));
  const names: string[] = [];
  for (let after: { driver: string; name: string } | null = NOBODY; after !== null; ) {
    const start: { driver: string; name: string } = after;
    const part = await ledger.read((rows) => rows.volumes({ after: start, limit: 2 }));
    names.push(...part.map(({ name }) => name));
    after = part.at(-1) ?? null;
  }
  expect(names).toEqual(['B', 'a', 'b', 'c', 'd']);
});

test('directories at or above the paths of a container, and whether others need them', async () => {
  await ledger.change((rows) => {
    rows.intend(newContainer('one'), [claimOf('one', 'a', '/tmp/x/y')]);
    rows.intend(newContainer('two'), [claimOf('two', 'b', '/tmp/x-1')]);
    for (const path of ['/tmp', '/tmp/x', '/tmp/x/y', '/srv']) rows.noteDirectory(path);
    rows.noteDirectory('/tmp');
  });
  const of = (container: string) => ledger.read((rows) => rows.directoriesOf(container));
  expect(await of('one')).toEqual([
    { path: '/tmp/x/y', users: 0 },
    { path: '/tmp/x', users: 0 },
    { path: '/tmp', users: 1 },
  ]);
  await ledger.change((rows) => rows.forgetDirectory('/tmp'));
  expect(await of('two')).toEqual([]);
});

test('a directory names up to 64 of those who use it, and nobody when they are more', async () => {
  const use = (from: number, to: number) =>
    ledger.change((rows) => {
      for (let i = from; i < to; i += 1) rows.intend(newContainer(`c${i}`), [claimOf(`c${i}`, 'v', `/tmp/${i}`)]);
    });
  await ledger.change((rows) => rows.noteDirectory('/tmp'));
  await use(0, 64);
  expect(await ledger.read((rows) => rows.directories()[0]?.containers?.length)).toBe(64);
  await use(64, 65);
  expect(await ledger.read((rows) => rows.directories())).toEqual([{ path: '/tmp', containers: null }]);
});

test('an old checkpoint adds what is not there yet, as prepared and mounted', async () => {
  const row = (container: string, name: string): CheckpointRow => ({
    container,
    driver: 'rexray',
    name,
    options: [{ key: 'size', value: '5', secret: false }],
    mountpoint: `/var/${name}`,
    path: '/tmp/p',
    transport: { kind: 'dvdcli', executable: '/usr/bin/dvdcli' },
    explicitCreate: false,
  });
  await ledger.change((rows) => addPrepared(rows, 'here', ['data']));
  expect(await ledger.read((rows) => rows.hasImported())).toBe(false);
  await ledger.change((rows) => {
    rows.addCheckpoint([row('old', 'data'), row('old', 'more'), row('here', 'data')]);
    rows.noteImported();
    rows.noteImported();
  });
  await ledger.read((rows) => {
    expect(rows.hasImported()).toBe(true);
    expect(rows.container('old')).toMatchObject({ state: 'prepared', requestHash: null, answer: null });
    expect(rows.volume(VOLUME)).toMatchObject({ mountpoint: '/mnt/data', containers: ['here', 'old'] });
    expect(rows.volume({ driver: 'rexray', name: 'more' })).toMatchObject({
      state: 'mounted',
      mountpoint: '/var/more',
    });
    expect(rows.claimsOf('old').map(({ name, path, mode }) => [name, path, mode])).toEqual([
      ['data', '/tmp/p', 'rw'],
      ['more', '/tmp/p', 'rw'],
    ]);
  });
});

test('a volume is dropped whatever its state, but not while somebody claims it', async () => {
  await ledger.change((rows) => addPrepared(rows, 'c', ['data']));
  await expect(ledger.change((rows) => rows.forgetVolume(VOLUME))).rejects.toThrow('expected no claim on "data"');
  await ledger.change((rows) => {
    rows.forget('c');
    rows.forgetVolume(VOLUME);
  });
  expect(await ledger.read((rows) => rows.volumes())).toEqual([]);
});

test('mistakes of ours are refused, and nothing of the change that made them is kept', async () => {
  await expect(ledger.change((rows) => rows.finish('nobody', '{}'))).rejects.toThrow('"nobody"');
  await expect(ledger.change((rows) => rows.beginCleanup('nobody'))).rejects.toThrow('"nobody"');
  await expect(ledger.change((rows) => rows.noteVolume(VOLUME, RELEASED))).rejects.toThrow('expected a row');
  const twice = ledger.change((rows) => {
    addPrepared(rows, 'c', ['data']);
    rows.intend(newContainer('c'), []);
  });
  await expect(twice).rejects.toThrow('expected no container "c"');
  await expect(ledger.change(async (rows) => rows.containers())).rejects.toThrow('got a promise');
  expect(await ledger.read((rows) => [rows.containers(), rows.volumes()])).toEqual([[], []]);
});

test('whatever text comes, it comes back: quotes, wildcards, other scripts, emoji', async () => {
  const names = ["'; DROP TABLE volumes; --", '%_', 'Ω≈ç√', '\u{1f4be}', ' ', '"', 'a'.repeat(4096)];
  await ledger.change((rows) => {
    for (const name of names) addPrepared(rows, `container ${name}`, [name]);
  });
  await ledger.read((rows) => {
    for (const name of names) {
      expect(rows.claimsOf(`container ${name}`).map((claim) => claim.name)).toEqual([name]);
      expect(rows.volumesLike([{ driver: 'REXRAY', name }], 'x')).toHaveLength(1);
    }
  });
});

test('a closed ledger says so', async () => {
  const closed = await SqliteLedger.open({ memory: true });
  closed.close();
  closed.close();
  await expect(closed.read((rows) => rows.containers())).rejects.toMatchObject({ code: 'ledger-closed' });
  await expect(closed.hold('x', { timeoutMs: 10 })).rejects.toMatchObject({ code: 'ledger-closed' });
});
