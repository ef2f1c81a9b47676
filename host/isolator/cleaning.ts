import type { Plan, VolumeId } from '../core/documents.ts';
import { performSteps } from './executor.ts';
import { PlanFailedError, RefusedError } from './isolator-error.ts';
import type { IsolatorParts } from './isolator-parts.ts';
import { volumeText } from './ledger/ledger.ts';
import { forgetContainer, type Leftovers, removeDirectories } from './leftovers.ts';
import { ReleaseRunner } from './plan-runner.ts';

/**
 * Releases what a container holds, its name being held. Whatever fails, the container holds nothing any more, and each
 * volume that could not be released is a volume without a user, which is tried again.
 * @throws {RefusedError} the id of the container cannot be one.
 * @throws {PlanFailedError} some step failed; all others were done.
 */
export async function cleanContainer(parts: IsolatorParts, container: string): Promise<Plan> {
  const { ledger, releases, onEvent } = parts;
  const plan = await planCleanup(parts, container);
  onEvent({ type: 'planned', container, plan });
  const release = (volume: VolumeId) => releases.release(volume, { container });
  const planned = new Set(plan.steps.map(subjectOf));
  const others: Promise<unknown>[] = [];
  let left: Leftovers = { volumes: [], directories: [] };
  const forget = async () => {
    left = await ledger.change((rows) => forgetContainer(rows, container));
    // One whose last user this was after all, which its plan could not know. A failure is noted with the volume.
    others.push(...left.volumes.filter((volume) => !planned.has(volumeText(volume))).map(release));
  };
  const runner = new ReleaseRunner({ steps: plan.steps, ledger, container, release, forget });
  const failures = await performSteps(plan.steps, runner, { container, onEvent }, 'skip-dependents');
  await Promise.all(others);
  const directories = left.directories.filter((path) => !planned.has(path));
  failures.push(...(await removeDirectories(parts, container, directories, plan.steps.length)));
  if (failures.length > 0) throw new PlanFailedError(plan, failures);
  return plan;
}

/** Decides, and notes that the container is being cleaned up. */
async function planCleanup({ core, ledger }: IsolatorParts, container: string): Promise<Plan> {
  return await ledger.change((rows) => {
    const volumes = rows.volumesOf(container);
    const directories = rows.directoriesOf(container);
    const plan = core.cleanup({ container, ledger: { volumes, directories } });
    if (plan.verdict === 'deny') throw new RefusedError('the request', plan.findings);
    if (rows.container(container) !== null) rows.beginCleanup(container);
    return plan;
  });
}

/** What a step of a cleanup is about: a volume or a path. */
function subjectOf(step: Plan['steps'][number]): string | null {
  if (step.action === 'unmountVolume') return volumeText(step.volume);
  return step.action === 'removeDirectory' ? step.location.path : null;
}
