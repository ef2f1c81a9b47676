import { readFile } from 'node:fs/promises';
import type { Inspection, Plan, VolumeId } from '../core/documents.ts';
import { Core } from '../core/index.ts';
import type { Mountpoint } from '../driver/mountpoint.ts';
import { packagePath } from '../system/package-path.ts';
import { type Drivers, driverChooser } from './drivers.ts';
import { executePlan } from './executor.ts';
import { ContainerConflictError, RefusedError } from './isolator-error.ts';
import type { EventListener } from './isolator-event.ts';
import { KeyedLocks } from './keyed-locks.ts';
import { type PreparedLaunch, resolveLaunch } from './launch-spec.ts';
import type { Ledger } from './ledger.ts';
import { likenessOf, MemoryLedger } from './memory-ledger.ts';
import { PlanRunner } from './plan-runner.ts';
import type { DriverOf } from './volume-steps.ts';

export interface IsolatorOptions {
  /** A policy: an object, or a document as it was written; the defaults when there is none. */
  readonly policy?: Uint8Array | string | Readonly<Record<string, unknown>>;
  /** The table of live volumes; one in memory when there is none. */
  readonly ledger?: Ledger;
  /** A core that is loaded already; the isolator sets its policy when one is given. */
  readonly core?: Core;
  /** Ways to volume drivers that take the place of the real ones. */
  readonly drivers?: Partial<Drivers>;
  /** Told of every step, for progress and logs. It must not throw. */
  readonly onEvent?: EventListener;
}

export interface PrepareOptions {
  /** Gives up: what was done is undone, and `prepare` fails. */
  readonly signal?: AbortSignal;
}

/** A container whose volumes are mounted; give it to `startTask`. */
export interface Prepared {
  readonly container: string;
  readonly inspection: Inspection;
  readonly plan: Plan;
  /** Where each volume is mounted, by the id of the step that says so. */
  readonly mountpoints: ReadonlyMap<number, Mountpoint>;
  readonly launch: PreparedLaunch;
}

/**
 * Prepares and cleans up the volumes of containers on this machine. What is to be done is the core's decision; here it
 * is carried out, in the order of the ledger's rules: intent before act, result after.
 */
export class Isolator {
  readonly #core: Core;
  readonly #ledger: Ledger;
  readonly #driverOf: DriverOf;
  readonly #onEvent: EventListener;
  readonly #locks = new KeyedLocks();

  private constructor(core: Core, options: IsolatorOptions) {
    this.#core = core;
    this.#ledger = options.ledger ?? new MemoryLedger();
    this.#driverOf = driverChooser(options.drivers ?? {});
    this.#onEvent = options.onEvent ?? (() => undefined);
  }

  /** @throws {RefusedError} when the policy has errors. */
  static async create(options: IsolatorOptions = {}): Promise<Isolator> {
    const core = options.core ?? (await Core.load(await readFile(packagePath('build/dvdi.wasm'))));
    if (options.policy !== undefined) {
      const { verdict, findings } = core.configure(policyDocument(options.policy));
      if (verdict === 'deny') throw new RefusedError('the policy', findings);
    }
    return new Isolator(core, options);
  }

  /** What a document asks for, and what is wrong with it. `kind` 0 detects the kind. */
  inspect(document: Uint8Array | string, kind = 0): Inspection {
    return this.#core.inspect(kind, document);
  }

  /** What `prepare` would do now. Nothing is done, and a document that is refused gives a plan without steps. */
  async plan(container: string, document: Uint8Array | string, kind = 0): Promise<Plan> {
    return this.#planPrepare(container, document, this.inspect(document, kind).requests, kind);
  }

  /**
   * Mounts what a document asks for. Either all of it is there afterwards, or none.
   * @throws {RefusedError} the document is refused; nothing was done.
   * @throws {ContainerConflictError} the container holds volumes already; nothing was done.
   * @throws {PlanFailedError} a step failed; what was done is undone, but what the error names.
   */
  async prepare(
    container: string,
    document: Uint8Array | string,
    kind = 0,
    { signal }: PrepareOptions = {},
  ): Promise<Prepared> {
    const inspection = this.inspect(document, kind);
    if (inspection.verdict === 'deny') throw new RefusedError('the document', inspection.findings);
    using _container = await this.#locks.acquire([`container ${container}`], signal);
    using _volumes = await this.#locks.acquire(inspection.requests.map(volumeKey), signal);
    if ((await this.#ledger.claimsOf(container)).length > 0) throw new ContainerConflictError(container);
    const plan = await this.#planPrepare(container, document, inspection.requests, kind);
    if (plan.verdict === 'deny') throw new RefusedError('the document', plan.findings);
    await this.#ledger.intend(container, plan.claims);
    const runner = this.#runnerFor(plan, signal);
    try {
      this.#onEvent({ type: 'planned', container, plan });
      await executePlan(plan, runner, this.#onEvent);
    } catch (error) {
      // What could not be undone stays in the ledger as a volume that nobody claims.
      await this.#ledger.forget(container);
      throw error;
    }
    const { mountpoints } = runner;
    return { container, inspection, plan, mountpoints, launch: resolveLaunch(plan, mountpoints) };
  }

  /**
   * Releases what a container holds: its volumes are unmounted unless others use them, and directories that were made
   * for it are removed. A container that holds nothing, or was never heard of, is fine.
   * @throws {RefusedError} the id of the container cannot be one.
   * @throws {PlanFailedError} some step failed; all others were done, and the container holds nothing any more.
   */
  async cleanup(container: string): Promise<Plan> {
    using _container = await this.#locks.acquire([`container ${container}`]);
    const claims = await this.#ledger.claimsOf(container);
    using _volumes = await this.#locks.acquire(claims.map(volumeKey));
    const [volumes, directories] = await Promise.all([
      this.#ledger.volumesOf(container),
      this.#ledger.directoriesOf(container),
    ]);
    const plan = this.#core.cleanup({ container, ledger: { volumes, directories } });
    if (plan.verdict === 'deny') throw new RefusedError('the request', plan.findings);
    this.#onEvent({ type: 'planned', container, plan });
    await executePlan(plan, this.#runnerFor(plan), this.#onEvent);
    return plan;
  }

  async #planPrepare(
    container: string,
    document: Uint8Array | string,
    requests: readonly VolumeId[],
    kind: number,
  ): Promise<Plan> {
    const volumes = await this.#ledger.volumesLike(requests, container);
    return this.#core.prepare({ container, kind, ledger: { volumes } }, document);
  }

  #runnerFor(plan: Plan, signal?: AbortSignal): PlanRunner {
    return new PlanRunner({ plan, ledger: this.#ledger, driverOf: this.#driverOf, locks: this.#locks, signal });
  }
}

function policyDocument(policy: NonNullable<IsolatorOptions['policy']>): Uint8Array | string {
  return typeof policy === 'string' || policy instanceof Uint8Array ? policy : JSON.stringify(policy);
}

/** Volumes that differ in case only may be one to their driver: they wait for each other. */
function volumeKey(id: VolumeId): string {
  return `volume ${likenessOf(id)}`;
}
