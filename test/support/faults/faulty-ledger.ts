import type { Ledger } from '../../../host/isolator/ledger/ledger.ts';
import { LedgerError } from '../../../host/isolator/ledger/ledger-error.ts';
import type { FaultPlan, Moment } from './fault-plan.ts';

/**
 * A real ledger whose effects fail by a plan. A change that fails `after` is in the file all the same; a hold always
 * fails before it is taken, since one that was taken and that nobody knows of could never be given back.
 */
export function faultyLedger(ledger: Ledger, plan: FaultPlan, moment: Moment): Ledger {
  const failure = (what: string) => () =>
    new LedgerError('ledger-full', `${what}: expected the disk to take it, got an injected fault`, 'free space');
  const busy = () => new LedgerError('ledger-busy', 'expected the name to be free, got an injected fault', 'wait');
  return {
    ...(ledger.holder === undefined ? {} : { holder: ledger.holder }),
    read: (work) => plan.act('read', moment, () => ledger.read(work), failure('read')),
    change: (work) => plan.act('change', moment, () => ledger.change(work), failure('change')),
    hold: (name, options) =>
      plan.act(`hold ${name.replace('\0', ' ')}`, 'before', () => ledger.hold(name, options), busy),
    close: () => ledger.close(),
  };
}
