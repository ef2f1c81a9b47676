import { FaultPlan } from '../support/faults/fault-plan.ts';
import { type FaultySystem, interposeSystem } from '../support/faults/faulty-system.ts';
import { guardMounts } from '../support/mount-guard.ts';

const guard = guardMounts();
const system: FaultySystem = { plan: new FaultPlan(), moment: 'before' };
interposeSystem(system);
const { describeEveryEffect } = await import('../support/faults/every-effect.ts');

describe.each(['before', 'after'] as const)('a call on the machine that fails %s it is done', (moment) => {
  describeEveryEffect(
    'the machine fails',
    () => guard.directory,
    (plan) => {
      Object.assign(system, { plan, moment });
      return {};
    },
    3,
  );
});
