import type { Plan, VolumeId } from '../core/documents.ts';
import { executePlan } from './executor.ts';
import { RefusedError } from './isolator-error.ts';
import type { IsolatorParts } from './isolator-parts.ts';
import type { LedgerWriter } from './ledger/ledger.ts';
import { ReleaseRunner } from './plan-runner.ts';

/**
 * Releases what a container holds, its name being held. Whatever fails, the container holds nothing any more, and each
 * volume that could not be released is a volume without a user, which is tried again.
 * @throws {RefusedError} the id of the container cannot be one.
 * @throws {PlanFailedError} some step failed; all others were done.
 */
export async function cleanContainer(parts: IsolatorParts, container: string): Promise<Plan> {
  const { core, ledger, releases, onEvent } = parts;
  const plan = await ledger.change((rows) => {
    const volumes = rows.volumesOf(container);
    const directories = rows.directoriesOf(container);
    const planned = core.cleanup({ container, ledger: { volumes, directories } });
    if (planned.verdict === 'deny') throw new RefusedError('the request', planned.findings);
    if (rows.container(container) !== null) rows.beginCleanup(container);
    return planned;
  });
  onEvent({ type: 'planned', container, plan });
  const others: Promise<unknown>[] = [];
  const forget = async () => {
    const left = await ledger.change((rows) => forgetContainer(rows, container));
    const planned = plan.steps.flatMap((step) => (step.action === 'unmountVolume' ? [keyOf(step.volume)] : []));
    // A container that shared a volume may have gone since the plan was made: then this was its last user.
    for (const volume of left) {
      if (!planned.includes(keyOf(volume))) others.push(releases.release(volume, { container }));
    }
  };
  const release = (volume: VolumeId) => releases.release(volume, { container });
  const runner = new ReleaseRunner({ steps: plan.steps, ledger, container, release, forget });
  try {
    await executePlan(plan, runner, onEvent);
  } finally {
    await Promise.all(others);
  }
  return plan;
}

/**
 * Drops a container and its claims.
 * @returns the volumes that it claimed and that have nobody left to claim them.
 */
export function forgetContainer(rows: LedgerWriter, container: string): VolumeId[] {
  const claimed = new Set(rows.claimsOf(container).map(keyOf));
  rows.forget(container);
  if (claimed.size === 0) return [];
  return rows.releasable({ uptimeMs: 0, boot: '' }, true).filter((volume) => claimed.has(keyOf(volume)));
}

function keyOf({ driver, name }: VolumeId): string {
  return `${driver}\0${name}`;
}
