import { endMarkedProcesses } from '../system/marked-processes.ts';
import { LedgerError } from './ledger/ledger-error.ts';

/** SIGKILL takes effect at once, unless the kernel holds a process. */
const END_TIMEOUT_MS = 10_000;

/**
 * Ends what an isolator that died has left running, above all a dvdcli that would go on mounting behind our back.
 * @throws {LedgerError} `ledger-busy` when some of it cannot be ended: what it works on is not given away then.
 */
export async function endHolder(holder: string): Promise<void> {
  const left = await endMarkedProcesses(`DVDI_HOLDER=${holder}`, END_TIMEOUT_MS);
  if (left.length === 0) return;
  throw new LedgerError(
    'ledger-busy',
    `expected what a dead isolator left running to end, got ${left.length} processes that do not: ${left.join(', ')}`,
    'they wait for a filesystem or a device that does not answer: see /proc/PID/stack, and bring it back',
  );
}
