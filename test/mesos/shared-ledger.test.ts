/**
 * The Node host and the C++ one on one state directory at once: the same file, the same holds, the same kernel locks,
 * whichever of the two dies.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SqliteLedger } from '../../host/isolator/ledger/sqlite-ledger.ts';
import { type LedgerChild, startLedgerChild } from '../support/ledger-child.ts';
import { claimOf, mountedAt, newContainer } from '../support/ledger-rows.ts';
import { useTemporaryDirectory } from '../support/temporary-directory.ts';

const NATIVE = process.env.DVDI_NATIVE ?? fileURLToPath(new URL('../../build/native/release/', import.meta.url));
const PROGRAM = ['test/ledger/dvdi-ledger-process', 'dvdi-ledger-process']
  .map((path) => join(NATIVE, path))
  .find((path) => existsSync(path));

const directory = useTemporaryDirectory();
const running: LedgerChild[] = [];

beforeAll(() => {
  if (PROGRAM === undefined) throw new Error(`expected dvdi-ledger-process in ${NATIVE}; make native builds it`);
});

afterEach(async () => {
  for (const child of running.splice(0)) await child.kill();
});

test('lets processes of both hosts count under one hold, and loses none', async () => {
  const { path } = directory;
  const ledger = await SqliteLedger.open({ stateDirectory: path });
  await ledger.change((rows) => rows.intend(newContainer('counter'), []));
  const children = [1, 2].flatMap(() => [startNative(path, 'count', '25'), startNode(path, 'count', '25')]);
  await Promise.all(children.map(({ done }) => done));
  expect(await ledger.read((rows) => rows.container('counter')?.answer)).toBe('100');
  ledger.close();
});

test('keeps the tables right while both write', async () => {
  const { path } = directory;
  const children = [1, 2].flatMap(() => [startNative(path, 'prepare', '20'), startNode(path, 'prepare', '20')]);
  await Promise.all(children.map(({ done }) => done));
  const ledger = await SqliteLedger.open({ stateDirectory: path });
  expect(ledger.damage).toBeNull();
  const { containers, volumes } = await ledger.read((rows) => ({
    containers: rows.containers(),
    volumes: rows.volumes(),
  }));
  expect(containers).toHaveLength(40);
  expect(volumes.find(({ name }) => name === 'shared')?.containers).toHaveLength(40);
  const others = volumes.filter(({ name }) => name !== 'shared').flatMap((volume) => volume.containers);
  expect(others).toHaveLength(40);
  ledger.close();
});

test.each([
  ['native', 'node'],
  ['node', 'native'],
])('refuses a name that a %s process holds to a %s one, and gives it away when that is killed', async (dead, heir) => {
  const { path } = directory;
  const name = 'volume rexray data';
  const holder = start(dead, path, 'hold', name);
  const { holder: id } = (await holder.answer) as { holder: string };
  const ledger = await SqliteLedger.open({ stateDirectory: path });
  await expect(ledger.hold(name, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'ledger-busy' });
  expect(existsSync(join(path, 'holders', id))).toBe(true);
  const waiting = start(heir, path, 'hold', name);
  await holder.kill();
  expect(await waiting.answer).toEqual({ holder: expect.not.stringMatching(id) });
  expect(existsSync(join(path, 'holders', id))).toBe(false);
  await expect(ledger.hold(name, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'ledger-busy' });
  ledger.close();
});

test('opens what the other has made and left in the middle of its log', async () => {
  const { path } = directory;
  const native = startNative(path, 'hold', 'container web.1');
  await native.answer;
  await native.kill();
  const ledger = await SqliteLedger.open({ stateDirectory: path });
  expect(ledger.damage).toBeNull();
  await ledger.change((rows) => {
    rows.intend(newContainer('web.1'), [claimOf('web.1', 'data', '/tmp/data')]);
    rows.noteVolume({ driver: 'rexray', name: 'data' }, mountedAt('/mnt/data'));
  });
  expect(await startNative(path, 'open').answer).toEqual({ damage: null, volumes: 1 });
  ledger.close();
  expect(await startNative(path, 'open').answer).toEqual({ damage: null, volumes: 1 });
});

function start(host: string, path: string, job: string, argument: string): LedgerChild {
  return host === 'native' ? startNative(path, job, argument) : startNode(path, job, argument);
}

function startNode(path: string, job: string, argument: string): LedgerChild {
  const child = startLedgerChild(path, job, argument);
  running.push(child);
  return child;
}

/** The same as `startLedgerChild` does for Node. */
function startNative(path: string, job: string, argument = ''): LedgerChild {
  const child = spawn(PROGRAM ?? '', [path, job, argument], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const done = exited.then(([code, signal]) => {
    if (code !== 0 && signal !== 'SIGKILL') throw new Error(`the native process ended with ${code ?? signal}`);
  });
  done.catch(() => {});
  const early = done.then(() => {
    throw new Error('the native process ended without a word');
  });
  const line = once(createInterface({ input: child.stdout }), 'line').then(([text]) => JSON.parse(String(text)));
  const answer = Promise.race([line, early]);
  answer.catch(() => {});
  const native = {
    pid: child.pid ?? -1,
    answer,
    done,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
  running.push(native);
  return native;
}
