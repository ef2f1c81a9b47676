import type { LedgerDamage } from '../../isolator/ledger/damage-report.ts';
import { printableText } from '../../system/printable-text.ts';

/** What became of a damaged ledger, in one sentence, printable. */
export function damageText({
  atMs,
  reason,
  setAside,
  rowsKept,
  rowsMended,
  rowsLost,
  isComplete,
}: LedgerDamage): string {
  const lost = `${rowsLost} lost${isComplete ? '' : ', perhaps more'}`;
  return (
    `the ledger was damaged on ${new Date(atMs).toISOString()} (${printableText(reason)}) and set aside as ` +
    `${printableText(setAside)}; of its rows ${rowsKept} were kept, ${rowsMended} mended, ${lost}`
  );
}
