import { describeEveryEffect } from '../support/faults/every-effect.ts';
import { faultyLedger } from '../support/faults/faulty-ledger.ts';
import { guardMounts } from '../support/mount-guard.ts';

const guard = guardMounts();

describe.each(['before', 'after'] as const)('an effect on the ledger that fails %s it is done', (moment) => {
  describeEveryEffect(
    'the ledger fails',
    () => guard.directory,
    (plan) => ({ ledger: (ledger) => faultyLedger(ledger, plan, moment) }),
    5,
  );
});
