import type { Plan, Step } from '../core/documents.ts';
import type { Mountpoint } from '../driver/mountpoint.ts';
import { DirectorySteps } from './directory-steps.ts';
import type { StepRunner } from './executor.ts';
import type { StepNote } from './isolator-event.ts';
import type { KeyedLocks } from './keyed-locks.ts';
import type { Ledger } from './ledger.ts';
import { type DriverOf, VolumeSteps } from './volume-steps.ts';

export interface PlanRunnerOptions {
  readonly plan: Plan;
  readonly ledger: Ledger;
  readonly driverOf: DriverOf;
  readonly locks: KeyedLocks;
  /** Gives up mounting; what is being undone is not given up. */
  readonly signal?: AbortSignal | undefined;
}

/** Maps each action of a plan to what does it. */
export class PlanRunner implements StepRunner {
  readonly #container: string;
  readonly #ledger: Ledger;
  readonly #signal: AbortSignal | undefined;
  readonly #volumes: VolumeSteps;
  readonly #directories: DirectorySteps;

  constructor({ plan, ledger, driverOf, locks, signal }: PlanRunnerOptions) {
    const { container, steps } = plan;
    this.#container = container;
    this.#ledger = ledger;
    this.#signal = plan.plan === 'prepare' ? signal : undefined;
    this.#volumes = new VolumeSteps({ driverOf, ledger, container, signal: this.#signal });
    const mountpointOf = (step: number) => this.#volumes.mountpointOf(step);
    this.#directories = new DirectorySteps({ steps, mountpointOf, ledger, container, locks });
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
        await this.#directories.matchOwner(step);
        return null;
      case 'unmountVolume':
        await this.#volumes.unmount(step);
        return null;
      case 'removeDirectory':
        return { kind: 'removal', removal: (await this.#directories.remove(step)).removal };
      case 'forget':
        await this.#ledger.forget(this.#container);
        return null;
      case 'bind':
        throw new Error('a bind is made by whoever starts the task, never by the executor');
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

function mountpointNote({ path, isMount }: Mountpoint): StepNote {
  return { kind: 'mountpoint', path, isMount };
}
