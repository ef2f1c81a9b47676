import type { RecoverPlan, Step } from '../../core/documents.ts';
import type { StepError } from '../../isolator/isolator-error.ts';
import type { Palette } from '../../system/palette.ts';
import { renderTable } from '../../system/table.ts';

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** How many steps of an action were planned, and how many of them were done. */
function tally(action: Step['action'], plan: RecoverPlan, failures: readonly StepError[]): [number, number] {
  const planned = plan.steps.filter((step) => step.action === action).length;
  return [planned, planned - failures.filter(({ step }) => step.action === action).length];
}

function summary(plan: RecoverPlan, failures: readonly StepError[], dryRun: boolean): string {
  const [unmounts, released] = tally('unmountVolume', plan, failures);
  const [forgets, forgotten] = tally('forget', plan, failures);
  if (dryRun) {
    return `would release ${count(unmounts, 'volume')} and forget ${count(forgets, 'container')}; nothing was done`;
  }
  const volumes = released === unmounts ? count(unmounts, 'volume') : `${released} of ${count(unmounts, 'volume')}`;
  return `released ${volumes}, forgot ${count(forgotten, 'container')}`;
}

/** What recovery found out about each volume, and what was done about it, for a person to read. */
export function renderRecovery(
  plan: RecoverPlan,
  failures: readonly StepError[],
  dryRun: boolean,
  palette: Palette,
): string {
  const rows = plan.volumes.map(({ class: state, driver, name, mountpoint, users, step, reason }) => [
    state,
    `${driver}/${name}`,
    mountpoint ?? '-',
    String(users),
    step === null ? 'keep' : 'release',
    reason,
  ]);
  const table =
    rows.length === 0
      ? []
      : [renderTable(['CLASS', 'VOLUME', 'MOUNTPOINT', 'USERS', 'ACTION', 'REASON'], rows, palette)];
  return [...table, summary(plan, failures, dryRun)].join('\n');
}
