/**
 * An isolator on a shared state directory that does what it is told, until it is killed: tasks come by stdin, messages
 * go out by stdout (messages.ts). The one argument is `WorkerOptions`, JSON. Ends with its stdin.
 */
import { readFileSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Core } from '../../host/core/index.ts';
import { createPluginDriver } from '../../host/driver/plugin/plugin-driver.ts';
import { endWork } from '../../host/isolator/dead-holder.ts';
import { Isolator } from '../../host/isolator/isolator.ts';
import { SqliteLedger } from '../../host/isolator/ledger/sqlite-ledger.ts';
import { countDriver, countLedger, Effects } from './counted-effects.ts';
import type { Action, LedgerView, Message, Task, VolumePlaces, WorkerOptions } from './messages.ts';
import { stampOf } from './mount-stamp.ts';

const options: WorkerOptions = JSON.parse(process.argv[2] ?? '');

/** Written at once, so that it is out before a kill. */
function tell(message: Message): void {
  writeSync(1, `${JSON.stringify(message)}\n`);
}

const effects = new Effects((at) => tell({ type: 'dying', at }));
const ledger: SqliteLedger = await SqliteLedger.open(
  { stateDirectory: options.stateDirectory },
  { onDeadHold: (dead) => endWork(ledger, dead) },
);
const plugin = createPluginDriver({ directories: { sockets: [options.sockets], specifications: [] }, wait: false });
const isolator = await Isolator.create({
  core: await Core.load(readFileSync(options.core)),
  ledger: countLedger(ledger, effects),
  drivers: { plugin: countDriver(plugin, effects) },
  policy: { transport: 'plugin', sharing: 'allow' },
});

async function act({ operation, container, document, volumes }: Action): Promise<void> {
  if (operation === 'cleanup') {
    await isolator.cleanup(container);
    return;
  }
  await isolator.prepare(container, document);
  const stamps = volumes.map((name) => [name, stampOf(options.volumes[name] as VolumePlaces)] as const);
  tell({ type: 'prepared', container, stamps: Object.fromEntries(stamps) });
}

/** Does a task, and gives what failed of it, in words. */
async function perform(task: Task): Promise<string[]> {
  effects.arm(task.killAt);
  if (task.task === 'recover') {
    const { failures } = await isolator.recover({ running: task.running, orphans: task.orphans });
    return failures.map(({ message }) => message);
  }
  const results = await Promise.allSettled(task.actions.map(act));
  await isolator.settle();
  return results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : []));
}

async function viewLedger(): Promise<LedgerView> {
  const { containers, volumes } = await isolator.list();
  return {
    containers: containers.map(({ container, state }) => ({ container, state })),
    volumes: volumes.map(({ name, state, containers: users }) => ({ name, state, users: users.length })),
  };
}

tell({ type: 'ready' });
for await (const line of createInterface({ input: process.stdin })) {
  const failures = await perform(JSON.parse(line));
  effects.arm(null);
  tell({ type: 'done', failures, ledger: await viewLedger() });
}
await isolator.close();
ledger.close();
