import type { RemoveDirectoryStep, VolumeId } from '../core/documents.ts';
import { performSteps } from './executor.ts';
import type { StepError } from './isolator-error.ts';
import type { IsolatorParts } from './isolator-parts.ts';
import type { LedgerWriter } from './ledger/ledger.ts';
import { ReleaseRunner } from './plan-runner.ts';

/** What a container leaves that nobody else claims at the moment it is forgotten. */
export interface Leftovers {
  readonly volumes: readonly VolumeId[];
  /** Directories that the isolator made, the deepest first. */
  readonly directories: readonly string[];
}

/**
 * Drops a container and its claims. Others that shared something with it may have gone since its plan was made, and
 * have left it to this one: so what it leaves is seen in the same step.
 */
export function forgetContainer(rows: LedgerWriter, container: string): Leftovers {
  const volumes = rows.volumesOf(container).filter(({ users, state }) => users === 0 && state !== 'released');
  const paths = rows.directoriesOf(container).map(({ path }) => path);
  rows.forget(container);
  return {
    volumes: volumes.map(({ driver, name }) => ({ driver, name })),
    directories: paths
      .filter((path) => !rows.pathInUse(path, container))
      .sort((one, other) => other.length - one.length),
  };
}

/** Removes directories one after the other, and tells each as a step of the container. */
export async function removeDirectories(
  { ledger, releases, onEvent }: IsolatorParts,
  container: string,
  paths: readonly string[],
  firstId: number,
): Promise<StepError[]> {
  const steps = paths.map((path, index): RemoveDirectoryStep => {
    const id = firstId + index;
    const after = index === 0 ? [] : [id - 1];
    return { id, after, action: 'removeDirectory', location: { within: null, path }, undo: null };
  });
  const release = (volume: VolumeId) => releases.release(volume, { container });
  const forget = async () => undefined;
  const runner = new ReleaseRunner({ steps, ledger, container, release, forget });
  return await performSteps(steps, runner, { container, onEvent }, 'go-on');
}
