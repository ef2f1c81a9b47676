import { jest } from '@jest/globals';
import { Directory } from '../../../host/system/directory.ts';
import * as directoryChange from '../../../host/system/directory-change.ts';
import * as directoryWalk from '../../../host/system/directory-walk.ts';
import * as mountIdentity from '../../../host/system/mount-identity.ts';
import * as mountLayers from '../../../host/system/mount-layers.ts';
import * as mountTable from '../../../host/system/mount-table.ts';
import { type FaultPlan, type Moment, systemFailure } from './fault-plan.ts';

type Effect = (...given: unknown[]) => Promise<unknown>;

/** What of the machine an isolator reads and changes, by module: the functions of it that act. */
const MODULES: readonly (readonly [string, object, readonly string[]])[] = [
  ['directory-change', directoryChange, ['ensureDirectory', 'requireDirectory', 'removeDirectory', 'matchOwner']],
  ['directory-walk', directoryWalk, ['walk']],
  ['mount-identity', mountIdentity, ['identifyMount']],
  ['mount-layers', mountLayers, ['unmountLayer']],
  ['mount-table', mountTable, ['readMountTable', 'isMountRoot']],
];

/** What those do inside, one system call each. */
const CALLS = ['open', 'duplicate', 'stat'] as const;

/** Which effects fail, and when: set by each test. */
export interface FaultySystem {
  plan: FaultPlan;
  moment: Moment;
}

/**
 * Puts itself between the isolator and the machine: everything is done for real, but what the plan lets fail. Call it
 * before the isolator is imported, by `await import`.
 */
export function interposeSystem(system: FaultySystem): void {
  const wrap = (name: string, real: Effect): Effect =>
    function (this: unknown, ...given) {
      return system.plan.act(
        name,
        system.moment,
        () => real.apply(this, given),
        () => systemFailure(name),
      );
    };
  for (const [module, real, names] of MODULES) {
    const functions = Object.entries(real).filter(([name]) => names.includes(name));
    if (functions.length !== names.length) throw new Error(`expected ${module}.ts to have ${names.join(', ')}`);
    const wrapped = Object.fromEntries(functions.map(([name, act]) => [name, wrap(name, act as Effect)]));
    jest.unstable_mockModule(`../../../host/system/${module}.ts`, () => ({ ...real, ...wrapped }));
  }
  const prototype = Directory.prototype as unknown as Record<string, Effect>;
  for (const name of CALLS) prototype[name] = wrap(`Directory.${name}`, prototype[name] as Effect);
}
