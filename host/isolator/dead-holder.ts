import type { LedgerState, VolumeId } from '../core/documents.ts';
import { endMarkedProcesses } from '../system/marked-processes.ts';
import { type Ledger, volumeOfKey } from './ledger/ledger.ts';
import { LedgerError } from './ledger/ledger-error.ts';

/** SIGKILL takes effect at once, unless the kernel holds a process. */
const END_TIMEOUT_MS = 10_000;

/** The variable that every process has which works for us on a volume. */
const MARK = 'DVDI_HOLD';

/** Some hold of an isolator that died. */
export interface DeadHold {
  /** Whose it was. */
  readonly holder: string;
  /** What is held. */
  readonly name: string;
}

/**
 * What a process that works on a volume for an isolator carries in its environment. No name of a driver or a volume has
 * a tab in it, so that no two volumes have one mark.
 */
export function markOfWork(holder: string, { driver, name }: VolumeId): Readonly<Record<string, string>> {
  return { [MARK]: `${holder} ${driver}\t${name}` };
}

/**
 * Ends what an isolator that died has left running, above all a dvdcli that would go on mounting behind our back: all
 * that it had started for the volume whose name is taken over, unless the ledger says that the volume is mounted. No
 * call was at work then, and what such a call has left behind may be the server of the volume's filesystem.
 * @throws {LedgerError} `ledger-busy` when some of it cannot be ended: the name is not given away then.
 */
export async function endWork(ledger: Pick<Ledger, 'read'>, { holder, name }: DeadHold): Promise<void> {
  const held = volumeOfKey(name);
  if (held === null) return;
  const volumes = await ledger.read((rows) => rows.volumesLike([held], ''));
  for (const volume of volumes) if (isBegun(volume.state)) await endWorkOn(volume, holder);
}

/** Whether a call of the driver may be at work: an intent is noted before each. */
function isBegun(state: LedgerState): boolean {
  return state !== 'mounted';
}

async function endWorkOn(volume: VolumeId, holder: string): Promise<void> {
  for (const [variable, value] of Object.entries(markOfWork(holder, volume))) {
    const left = await endMarkedProcesses(`${variable}=${value}`, END_TIMEOUT_MS);
    if (left.length === 0) continue;
    throw new LedgerError(
      'ledger-busy',
      `expected what a dead isolator left running to end, got ${left.length} processes that do not: ${left.join(', ')}`,
      'they wait for a filesystem or a device that does not answer: see /proc/PID/stack, and bring it back',
    );
  }
}
