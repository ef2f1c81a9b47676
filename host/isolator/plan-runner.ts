import type { Plan, Step, VolumeId } from '../core/documents.ts';
import type { Core } from '../core/index.ts';
import type { Mountpoint } from '../driver/mountpoint.ts';
import { DirectorySteps } from './directory-steps.ts';
import type { DriverOf } from './drivers.ts';
import type { StepRunner } from './executor.ts';
import type { StepNote } from './isolator-event.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Release, Releases } from './release.ts';
import { type VolumeRequestSource, VolumeSteps } from './volume-steps.ts';

export interface PrepareRunnerOptions {
  readonly plan: Plan;
  readonly source: VolumeRequestSource;
  readonly core: Core;
  readonly ledger: Ledger;
  readonly driverOf: DriverOf;
  readonly releases: Releases;
  /** Gives up what is being done; what is being undone is not given up. */
  readonly signal?: AbortSignal | undefined;
}

/** Does and undoes the steps of a `prepare`. */
export class PrepareRunner implements StepRunner {
  readonly #signal: AbortSignal | undefined;
  readonly #volumes: VolumeSteps;
  readonly #directories: DirectorySteps;

  constructor({ plan, source, core, ledger, driverOf, releases, signal }: PrepareRunnerOptions) {
    const { container, steps } = plan;
    this.#signal = signal;
    this.#volumes = new VolumeSteps({ core, ledger, driverOf, releases, container, source, signal });
    const mountpointOf = (step: number) => this.#volumes.mountpointOf(step);
    this.#directories = new DirectorySteps({ steps, mountpointOf, ledger, container });
  }

  /** The mountpoint that each step yielded, by the step's id. */
  get mountpoints(): ReadonlyMap<number, Mountpoint> {
    return this.#volumes.mountpoints;
  }

  async perform(step: Step): Promise<StepNote | null> {
    this.#signal?.throwIfAborted();
    switch (step.action) {
      case 'requireDirectory':
        await this.#directories.require(step);
        return null;
      case 'ensureDirectory':
        return { kind: 'made', paths: await this.#directories.ensure(step) };
      case 'mountVolume':
        return mountpointNote(await this.#volumes.mount(step));
      case 'reuseVolume':
        return mountpointNote(await this.#volumes.reuse(step));
      case 'matchOwner':
        if (this.#volumes.takesOwner(step.volume)) await this.#directories.matchOwner(step);
        return null;
      default:
        throw foreignStep(step, 'prepare');
    }
  }

  hasActed(step: Step): boolean {
    if (step.action === 'mountVolume') return this.#volumes.hasActed(step);
    return step.action === 'ensureDirectory' && this.#directories.hasActed(step);
  }

  async undo(step: Step): Promise<StepNote | null> {
    if (step.action === 'mountVolume') await this.#volumes.undo(step);
    if (step.action === 'ensureDirectory') await this.#directories.undoEnsure(step);
    return null;
  }
}

export interface ReleaseRunnerOptions {
  readonly steps: readonly Step[];
  readonly ledger: Ledger;
  /** Whose cleanup it is; null in a recover. */
  readonly container: string | null;
  /** Releases a volume unless it is in use. */
  readonly release: (volume: VolumeId) => Promise<Release>;
  /** Drops a container from the ledger. */
  readonly forget: (container: string) => Promise<void>;
}

/** Does the steps of a `cleanup` or a `recover`, which have no undo. */
export class ReleaseRunner implements StepRunner {
  readonly #options: ReleaseRunnerOptions;
  readonly #directories: DirectorySteps;

  constructor(options: ReleaseRunnerOptions) {
    this.#options = options;
    const { steps, ledger, container } = options;
    const mountpointOf = (step: number): Mountpoint => {
      throw new Error(`expected no volume to be mounted, got a reference to step ${step}`);
    };
    this.#directories = new DirectorySteps({ steps, mountpointOf, ledger, container });
  }

  async perform(step: Step): Promise<StepNote | null> {
    switch (step.action) {
      case 'unmountVolume':
        return await this.#release(step.volume);
      case 'removeDirectory':
        return { kind: 'removal', removal: (await this.#directories.remove(step)).removal };
      case 'forget':
        await this.#options.forget(step.container);
        return null;
      default:
        throw foreignStep(step, 'cleanup or recover');
    }
  }

  hasActed(): boolean {
    return false;
  }

  async undo(): Promise<null> {
    return null;
  }

  /** The plan may be out of date: whether the volume may go is asked again. That it may not is no failure. */
  async #release(volume: VolumeId): Promise<StepNote | null> {
    const { outcome, error } = await this.#options.release(volume);
    if (outcome === 'failed') throw error;
    return outcome === 'in-use' ? { kind: 'removal', removal: 'in-use' } : null;
  }
}

function mountpointNote({ path, isMount }: Mountpoint): StepNote {
  return { kind: 'mountpoint', path, isMount };
}

function foreignStep({ id, action }: Step, plan: string): Error {
  return new Error(`expected a step of a ${plan}, got step ${id}, ${action}`);
}
