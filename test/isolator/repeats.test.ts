import { Isolator, type IsolatorOptions } from '../../host/isolator/isolator.ts';
import type { IsolatorEvent } from '../../host/isolator/isolator-event.ts';
import { ownProcess } from '../../host/isolator/process-record.ts';
import { app } from '../support/app.ts';
import { plainDriver } from '../support/plain-driver.ts';
import { useTemporaryDirectory } from '../support/temporary-directory.ts';

const directory = useTemporaryDirectory();

async function setUp(policy: Record<string, unknown> = {}, options: Partial<IsolatorOptions> = {}) {
  const calls: string[] = [];
  const events: IsolatorEvent[] = [];
  const isolator = await Isolator.create({
    policy: { transport: 'plugin', ...policy },
    drivers: { plugin: plainDriver(directory, calls) },
    stateDirectory: `${directory.path}/state`,
    onEvent: (event) => void events.push(event),
    ...options,
  });
  return { isolator, calls, events };
}

// The rules of the CSI for calls that are repeated.
test('the same arguments get the same answer, and nothing is done', async () => {
  const { isolator, calls, events } = await setUp();
  await using _closed = isolator;
  const first = await isolator.prepare('c', app([{ name: 'one' }]));
  expect(first).toMatchObject({ isRepeated: false, plan: { verdict: 'allow' } });
  expect(first.answer).toEqual({
    container: 'c',
    launch: first.launch,
    volumes: [{ driver: 'tmpfs', name: 'one', mountpoint: `${directory.path}/one`, path: null, mode: 'rw' }],
    findings: [],
  });
  const second = await isolator.prepare('c', app([{ name: 'one' }]));
  expect(second).toMatchObject({ isRepeated: true, plan: null });
  expect(second.answer).toEqual(first.answer);
  expect(second.launch).toEqual(first.launch);
  expect(calls).toEqual(['mount one']);
  expect(events.map(({ type }) => type)).toContain('repeated');
});

test('another isolator on the same state directory gives the same answer, too', async () => {
  const { isolator } = await setUp();
  await using _closed = isolator;
  const first = await isolator.prepare('c', app([{ name: 'one' }]));
  const { isolator: other, calls } = await setUp();
  await using _other = other;
  const second = await other.prepare('c', app([{ name: 'one' }]));
  expect(second.isRepeated).toBe(true);
  expect(second.answer).toEqual(first.answer);
  expect(calls).toEqual([]);
});

test.each<[string, Parameters<Isolator['prepare']>, Record<string, unknown>]>([
  ['another document', ['c', app([{ name: 'two' }])], {}],
  ['a document with other bytes', ['c', `${app([{ name: 'one' }])} `], {}],
  ['another kind', ['c', app([{ name: 'one' }]), 3], {}],
  ['another policy', ['c', app([{ name: 'one' }])], { sharing: 'allow' }],
])('%s is a conflict, and nothing is done', async (_what, call, policy) => {
  const { isolator } = await setUp();
  await using _closed = isolator;
  await isolator.prepare('c', app([{ name: 'one' }]));
  const { isolator: other, calls, events } = await setUp(policy);
  await using _other = other;
  const refusal = other.prepare(...call);
  await expect(refusal).rejects.toMatchObject({ code: 'container-conflict', container: 'c' });
  expect(calls).toEqual([]);
  expect(events.map(({ type }) => type)).toEqual(['conflict']);
});

test('an unknown container is fine to clean up, and so is one that was cleaned up', async () => {
  const { isolator, calls } = await setUp();
  await using _closed = isolator;
  await isolator.cleanup('never');
  await isolator.prepare('c', app([{ name: 'one' }]));
  await isolator.cleanup('c');
  await isolator.cleanup('c');
  expect(calls).toEqual(['mount one', 'unmount one']);
  expect(await isolator.list()).toMatchObject({ volumes: [], containers: [] });
});

test('a container without volumes is remembered until it is cleaned up', async () => {
  const { isolator } = await setUp();
  await using _closed = isolator;
  await isolator.prepare('c', app([]));
  expect((await isolator.prepare('c', app([]))).isRepeated).toBe(true);
  expect((await isolator.list()).containers).toMatchObject([{ container: 'c', state: 'prepared' }]);
  await isolator.cleanup('c');
  expect((await isolator.list()).containers).toEqual([]);
});

test('two prepares of one container at a time are one prepare and a repeat', async () => {
  const { isolator, calls } = await setUp();
  await using _closed = isolator;
  const both = await Promise.all([
    isolator.prepare('c', app([{ name: 'one' }])),
    isolator.prepare('c', app([{ name: 'one' }])),
  ]);
  expect(both.map(({ isRepeated }) => isRepeated).toSorted()).toEqual([false, true]);
  expect(calls).toEqual(['mount one']);
});

test('a container lives as long as the process that it was given, whatever a runtime says', async () => {
  const { isolator, calls } = await setUp();
  await using _closed = isolator;
  await isolator.prepare('mine', app([{ name: 'one' }]), 0, { process: ownProcess() });
  await isolator.prepare('dead', app([{ name: 'two' }]), 0, { process: { ...ownProcess(), startTicks: 1 } });
  const { plan } = await isolator.recover({ running: [], orphans: [] });
  expect(plan.gone).toEqual(['dead']);
  expect(calls).toEqual(['mount one', 'mount two', 'unmount two']);
});

test('a volume that nobody uses can be dropped from the ledger without its driver, one in use cannot', async () => {
  const { isolator, calls } = await setUp();
  await using _closed = isolator;
  const volume = { driver: 'tmpfs', name: 'one' };
  expect(await isolator.forgetVolume(volume)).toBe('not-known');
  await isolator.prepare('c', app([{ name: 'one' }]));
  expect(await isolator.forgetVolume(volume)).toBe('in-use');
  expect(await isolator.releaseVolumes([volume])).toEqual([{ volume, outcome: 'in-use', error: null }]);
  await isolator.cleanup('c');
  expect(await isolator.releaseVolumes([volume])).toEqual([{ volume, outcome: 'not-known', error: null }]);
  expect(calls).toEqual(['mount one', 'unmount one']);
});
