import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import type { VolumeDriver } from '../../../host/driver/volume-driver.ts';
import { Isolator } from '../../../host/isolator/isolator.ts';
import type { Ledger } from '../../../host/isolator/ledger/ledger.ts';
import { SqliteLedger } from '../../../host/isolator/ledger/sqlite-ledger.ts';
import { app } from '../app.ts';
import { contentsOf, makeLedgerWorld } from '../ledger-world.ts';
import { mountLines } from '../mount-guard.ts';
import type { FaultPlan } from './fault-plan.ts';

/** What is interrupted. `other` shares the volume `shared` with `c`, and runs all the time. */
export const OPERATIONS = ['prepare', 'cleanup', 'recover'] as const;
export type Operation = (typeof OPERATIONS)[number];

export interface FaultCase {
  readonly directory: string;
  readonly operation: Operation;
  readonly plan: FaultPlan;
  readonly first: number;
  readonly isLasting: boolean;
  readonly ledger?: (ledger: Ledger) => Ledger;
  readonly driver?: (driver: VolumeDriver) => VolumeDriver;
}

const POLICY = { transport: 'plugin', sharing: 'allow', mountTimeoutMs: 300, unmountTimeoutMs: 300 };

/**
 * Runs one operation under faults, looks whether what it said is true and whether `other` was left alone, then goes on
 * without faults and looks whether nothing is left.
 * @returns whether any fault was injected: without one, all effects have had their turn.
 */
export async function runFaultCase(fault: FaultCase): Promise<boolean> {
  const { directory, operation, plan, first, isLasting } = fault;
  const before = await mountLines();
  const world = await makeLedgerWorld(directory);
  const ledger = await SqliteLedger.open({ stateDirectory: world.stateDirectory });
  const isolator = await Isolator.create({
    policy: POLICY,
    ledger: fault.ledger?.(ledger) ?? ledger,
    drivers: { plugin: fault.driver?.(world.driver) ?? world.driver },
  });
  const shared = world.driver.pathOf('shared');
  const document = app([
    { name: 'shared', path: `${directory}/in/shared` },
    { name: 'own', path: `${directory}/in/own` },
  ]);
  await isolator.prepare('other', app([{ name: 'shared' }]));
  await writeFile(`${shared}/data`, 'kept');
  if (operation !== 'prepare') await isolator.prepare('c', document);
  plan.begin(first, isLasting);
  const failure = await perform(isolator, operation, document).finally(() => plan.end());
  const injected = [...plan.injected];
  const told = { operation, injected, failure: failure === null ? null : String(failure) };

  const checkOther = async () => {
    expect({ ...told, data: existsSync(`${shared}/data`) }).toEqual({ ...told, data: true });
    const calls = world.driver.calls.filter((call) => call === 'unmount shared');
    expect({ ...told, calls }).toEqual({ ...told, calls: [] });
    const contents = await contentsOf(world.stateDirectory);
    const row = contents.filter((line) => /^volume shared|container other/.test(line));
    expect({ ...told, row }).toEqual({
      ...told,
      row: ['container other prepared', expect.stringMatching(/^volume shared mounted of (c )?other$|other c$/)],
    });
    return contents;
  };
  const contents = await checkOther();
  const isOwnMounted = (await mountLines()).some((line) => line.startsWith(`${world.driver.pathOf('own')} `));
  if (failure === null) {
    const has = operation === 'prepare';
    const ofContainer = contents.includes('container c prepared');
    expect({ ...told, isOwnMounted, ofContainer }).toEqual({ ...told, isOwnMounted: has, ofContainer: has });
  } else if (injected.length === 0) throw failure;
  // Rows of a volume that is mounted are never lost, whatever failed.
  if (isOwnMounted) {
    const row = contents.filter((line) => line.startsWith('volume own '));
    expect({ ...told, row }).toEqual({ ...told, row: [expect.stringContaining('volume own ')] });
  }

  if (isLasting) {
    // As after a restart.
    await isolator.close();
    ledger.close();
  } else {
    await isolator.cleanup('c');
    await isolator.settle();
    await isolator.close();
    ledger.close();
  }
  await using next = await world.open();
  const recovered = await next.recover({ running: ['other'], orphans: [] });
  expect({ ...told, failures: recovered.failures.map(String) }).toEqual({ ...told, failures: [] });
  const left = await checkOther();
  expect({ ...told, left }).toEqual({ ...told, left: ['container other prepared', 'volume shared mounted of other'] });
  expect({ ...told, mounts: (await mountLines()).length }).toEqual({ ...told, mounts: before.length + 1 });
  await next.cleanup('other');
  expect({ ...told, rows: await contentsOf(world.stateDirectory) }).toEqual({ ...told, rows: [] });
  expect({ ...told, mounts: await mountLines() }).toEqual({ ...told, mounts: before });
  expect({ ...told, names: (await readdir(directory)).toSorted() }).toEqual({ ...told, names: ['state', 'volumes'] });
  return injected.length > 0;
}

/** @returns why it failed; null when it said that everything was done. */
async function perform(isolator: Isolator, operation: Operation, document: string): Promise<unknown> {
  try {
    if (operation === 'prepare') await isolator.prepare('c', document);
    else if (operation === 'cleanup') await isolator.cleanup('c');
    else {
      const { failures } = await isolator.recover({ running: ['other'], orphans: [] });
      return failures[0] ?? null;
    }
    return null;
  } catch (error) {
    return error;
  }
}
