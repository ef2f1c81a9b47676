/**
 * One process of several on a ledger, for tests that kill it: `node ledger-process.ts STATE_DIRECTORY JOB [ARGUMENT]`.
 *
 * `count N`: N times under one hold adds one to a number that is read before and written after, so that two at a time
 * would lose one; then says how often. `hold NAME`: says `{"holder": …}` once it holds the name and keeps it for ever.
 * `prepare N`: N containers that claim volumes all processes share, every second one forgotten again. `open`: opens the
 * ledger and says what was damaged.
 */
import { SqliteLedger } from '../../host/isolator/ledger/sqlite-ledger.ts';
import { claimOf, newContainer } from './ledger-rows.ts';

const [, , stateDirectory = '', job = '', argument = ''] = process.argv;
const ledger = await SqliteLedger.open({ stateDirectory });

const JOBS: Readonly<Record<string, () => Promise<unknown>>> = { count, hold, prepare, open };

const answer = await JOBS[job]?.();
process.stdout.write(`${JSON.stringify(answer)}\n`);
if (job !== 'hold') ledger.close();

async function count(): Promise<number> {
  for (let round = 0; round < Number(argument); round += 1) {
    await using _hold = await ledger.hold('counter', { timeoutMs: 60_000 });
    const before = await ledger.read((rows) => Number(rows.containers().at(-1)?.answer ?? 0));
    await ledger.change((rows) => rows.finish('counter', String(before + 1)));
  }
  return Number(argument);
}

async function hold(): Promise<{ holder: string }> {
  await ledger.hold(argument, { timeoutMs: 10_000 });
  setInterval(() => {}, 1_000_000);
  return { holder: ledger.holder };
}

async function prepare(): Promise<number> {
  for (let round = 0; round < Number(argument); round += 1) {
    const container = `${process.pid}-${round}`;
    await ledger.change((rows) =>
      rows.intend(newContainer(container), [claimOf(container, 'shared'), claimOf(container, `v${round % 7}`)]),
    );
    await ledger.change((rows) => (round % 2 === 0 ? rows.forget(container) : rows.finish(container, '{}')));
  }
  return Number(argument);
}

async function open(): Promise<unknown> {
  return { damage: ledger.damage, volumes: await ledger.read((rows) => rows.volumes().length) };
}
