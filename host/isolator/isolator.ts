import { readFile } from 'node:fs/promises';
import type { Inspection, MountPresence, Plan, VolumeId } from '../core/documents.ts';
import { Core } from '../core/index.ts';
import { bootId } from '../system/boot-id.ts';
import { readMountTable } from '../system/mount-table.ts';
import { packagePath } from '../system/package-path.ts';
import { BatchRelease } from './batch-release.ts';
import { checkpointPlaces, type ImportedCheckpoint, importCheckpoints } from './checkpoint-import.ts';
import { cleanContainer } from './cleaning.ts';
import { type Clock, systemClock } from './clock.ts';
import { endWork } from './dead-holder.ts';
import { type Drivers, driverChooser } from './drivers.ts';
import { ContainerConflictError, RefusedError } from './isolator-error.ts';
import type { EventListener } from './isolator-event.ts';
import { CONTAINER_HOLD_TIMEOUT_MS, containerKey, containerOfKey, type IsolatorParts } from './isolator-parts.ts';
import type { LedgerDamage } from './ledger/damage-report.ts';
import type { ContainerRecord, Ledger, ProcessRecord, VolumeRecord } from './ledger/ledger.ts';
import { SqliteLedger } from './ledger/sqlite-ledger.ts';
import { type Prepared, prepareContainer } from './preparing.ts';
import { type RecoverOptions, type Recovery, recoverContainers } from './recovering.ts';
import { type Release, Releases } from './release.ts';
import { requestHash } from './request-hash.ts';
import { safeListener } from './safe-events.ts';
import { lookAtVolumes, presenceIn, withPresences } from './volume-presence.ts';

export type { Prepared } from './preparing.ts';

export interface IsolatorOptions {
  /** A policy: an object, or a document as it was written; the defaults when there is none. */
  readonly policy?: Uint8Array | string | Readonly<Record<string, unknown>>;
  /** Where the ledger lies, to be shared by all isolators of the machine; opened here, and closed by `close`. */
  readonly stateDirectory?: string;
  /** A ledger that is open already; it stays the caller's to close. Without both, one that ends with the process. */
  readonly ledger?: Ledger;
  /** A core that is loaded already; the isolator sets its policy when one is given. */
  readonly core?: Core;
  /** Ways to volume drivers that take the place of the real ones. */
  readonly drivers?: Partial<Drivers>;
  /** Told of every decision, step and driver call, for progress and logs. No secret is in what it is told. */
  readonly onEvent?: EventListener;
  /** The agent's `work_dir`: versions 0.3 to 0.4.2 of the original kept their checkpoint under it. */
  readonly workDirectory?: string;
  /**
   * Checkpoints of the original isolator, taken over when the ledger is new. By default the one in the state
   * directory, and the one under the work directory.
   */
  readonly checkpoints?: readonly string[];
  /** Time and chance for retries. */
  readonly clock?: Clock;
  /** Whether `cleanup` tries again, in the background, what is due; true by default. */
  readonly retries?: boolean;
}

export interface PrepareOptions {
  /** Gives up: what was done is undone, and `prepare` fails. */
  readonly signal?: AbortSignal;
  /** The process that the container lives and dies with; without it a runtime says in `recover` what is running. */
  readonly process?: ProcessRecord;
}

/** What a recover found and did. */
export interface Recovered extends Recovery {
  /** Old checkpoints that were found when this isolator was made; null when it had not to look, or found none. */
  readonly imported: readonly ImportedCheckpoint[] | null;
}

/** A volume as `list` shows it. */
export interface VolumeListing extends VolumeRecord {
  /** Whether its mount is there; null for a volume that is not mounted, or has no mount of its own. */
  readonly presence: MountPresence | null;
}

/** What `list` shows. */
export interface Listing {
  readonly volumes: readonly VolumeListing[];
  /** In the order in which they came. */
  readonly containers: readonly ContainerRecord[];
  /** When the ledger was found damaged and rebuilt, the last ones, oldest first. */
  readonly damages: readonly LedgerDamage[];
}

/**
 * Prepares and cleans up the volumes of containers on this machine, any number at a time and beside other isolators on
 * the same state directory. What is to be done is the core's decision; here it is carried out, by the ledger's rules:
 * intent before act, result after (docs/lifecycle.md).
 */
export class Isolator implements AsyncDisposable {
  readonly #parts: IsolatorParts;
  readonly #clock: Clock;
  readonly #imported: readonly ImportedCheckpoint[];
  /** Closed with the isolator, when it was opened here. */
  readonly #ownLedger: Ledger | null;
  readonly #isRetrying: boolean;
  #retries: Promise<void> | null = null;

  private constructor(
    parts: IsolatorParts,
    own: {
      readonly clock: Clock;
      readonly imported: readonly ImportedCheckpoint[];
      readonly ledger: Ledger | null;
      readonly isRetrying: boolean;
    },
  ) {
    this.#parts = parts;
    this.#clock = own.clock;
    this.#imported = own.imported;
    this.#ownLedger = own.ledger;
    this.#isRetrying = own.isRetrying;
  }

  /**
   * @throws {RefusedError} when the policy has errors.
   * @throws {LedgerError} when the ledger cannot be opened.
   */
  static async create(options: IsolatorOptions = {}): Promise<Isolator> {
    const core = options.core ?? (await Core.load(await readFile(packagePath('build/dvdi.wasm'))));
    if (options.policy !== undefined) {
      const { verdict, findings } = core.configure(policyDocument(options.policy));
      if (verdict === 'deny') throw new RefusedError('the policy', findings);
    }
    const { stateDirectory, clock = systemClock } = options;
    const onEvent = safeListener(options.onEvent);
    const ownLedger = options.ledger === undefined ? await openLedger(stateDirectory, onEvent) : null;
    const ledger = options.ledger ?? (ownLedger as SqliteLedger);
    try {
      if (ownLedger !== null) await tellDamage(ownLedger, onEvent);
      const driverOf = driverChooser({ drivers: options.drivers ?? {}, holder: ledger.holder, onEvent });
      const releases = new Releases({ core, ledger, driverOf, clock, onEvent });
      const parts = { core, ledger, driverOf, releases, onEvent };
      const places = options.checkpoints ?? checkpointPlaces(stateDirectory, options.workDirectory);
      const imported = await importCheckpoints(parts, places);
      return new Isolator(parts, { clock, imported, ledger: ownLedger, isRetrying: options.retries ?? true });
    } catch (error) {
      ownLedger?.close();
      throw error;
    }
  }

  /** What a document asks for, and what is wrong with it. `kind` 0 detects the kind. */
  inspect(document: Uint8Array | string, kind = 0): Inspection {
    return this.#parts.core.inspect(kind, document);
  }

  /** What `prepare` would do now. Nothing is done, and a document that is refused gives a plan without steps. */
  async plan(container: string, document: Uint8Array | string, kind = 0): Promise<Plan> {
    const { core, ledger } = this.#parts;
    const { requests } = this.inspect(document, kind);
    const rows = await ledger.read((reader) => reader.volumesLike(requests, container));
    const volumes = withPresences(rows, await lookAtVolumes(rows));
    return core.prepare({ container, kind, ledger: { volumes } }, document);
  }

  /**
   * Mounts what a document asks for. Either all of it is there afterwards, or none. Asked again with the same document
   * under the same policy it does nothing and gives the same answer.
   * @throws {RefusedError} the document is refused; nothing was done.
   * @throws {ContainerConflictError} the container is prepared from another request; nothing was done.
   * @throws {PlanFailedError} a step failed; what was done is undone, but what the error names.
   * @throws {LedgerError}
   */
  async prepare(
    container: string,
    document: Uint8Array | string,
    kind = 0,
    { signal, process }: PrepareOptions = {},
  ): Promise<Prepared> {
    return await this.#tell('prepare', container, async () => {
      const { core, ledger } = this.#parts;
      const inspection = this.inspect(document, kind);
      if (inspection.verdict === 'deny')
        throw new RefusedError('the document', inspection.findings, inspection.requests);
      signal?.throwIfAborted();
      const hash = requestHash({ kind, document, policy: core.policy });
      const timeoutMs = CONTAINER_HOLD_TIMEOUT_MS;
      await using _held = await ledger.hold(containerKey(container), { timeoutMs, signal });
      return await prepareContainer(this.#parts, {
        container,
        document,
        kind,
        inspection,
        requestHash: hash,
        process: process ?? null,
        signal,
      });
    });
  }

  /**
   * Releases what a container holds: its volumes are unmounted unless others use them, and directories that were made
   * for it are removed. A container that holds nothing, or was never heard of, is fine. Volumes that could not be
   * released before are tried again in the background, when they are due.
   * @throws {RefusedError} the id of the container cannot be one.
   * @throws {PlanFailedError} some step failed; all others were done, and the container holds nothing any more.
   * @throws {LedgerError}
   */
  async cleanup(container: string): Promise<Plan> {
    try {
      return await this.#tell('cleanup', container, async () => {
        const timeoutMs = CONTAINER_HOLD_TIMEOUT_MS;
        await using _held = await this.#parts.ledger.hold(containerKey(container), { timeoutMs });
        return await cleanContainer(this.#parts, container);
      });
    } finally {
      if (this.#isRetrying) this.#retryDue();
    }
  }

  /**
   * Brings ledger and machine together, after a restart or whenever a runtime likes. Containers that are neither
   * running nor orphans are forgotten, unless their process is alive or another isolator works on them; a volume that
   * nobody uses then is released, whether its next try is due or not. No container may be prepared between the moment
   * the lists are made and the call.
   * @throws {LedgerError} whatever else fails is among the failures.
   */
  async recover(options: RecoverOptions): Promise<Recovered> {
    return await this.#tell('recover', null, async () => {
      const recovery = await recoverContainers(this.#parts, options);
      return { ...recovery, imported: this.#imported.length === 0 ? null : this.#imported };
    });
  }

  /** Releases volumes that nobody uses: those that are due, all, or the ones that are named. */
  async releaseVolumes(which: 'due' | 'all' | readonly VolumeId[]): Promise<readonly Release[]> {
    const { ledger, releases } = this.#parts;
    const volumes =
      typeof which === 'string' ? await ledger.read((rows) => rows.releasable(this.#now(), which === 'all')) : which;
    return await new BatchRelease(releases).releaseAll(volumes, { container: null, onlyDue: which === 'due' });
  }

  /** Whether a volume that nobody uses waits for another try now. */
  async hasDueReleases(): Promise<boolean> {
    return await this.#parts.ledger.read((rows) => rows.releasable(this.#now()).length > 0);
  }

  /** Drops a volume that nobody uses from the ledger, without asking its driver: what is mounted stays mounted. */
  async forgetVolume(volume: VolumeId): Promise<'forgotten' | 'in-use' | 'not-known'> {
    return await this.#parts.ledger.change((rows) => {
      const row = rows.volume(volume);
      if (row === null) return 'not-known';
      if (row.containers.length > 0) return 'in-use';
      rows.forgetVolume(volume);
      return 'forgotten';
    });
  }

  /** Everything that the ledger knows, and whether the mounts are there. No filesystem of a volume is touched. */
  async list(): Promise<Listing> {
    const found = await this.#parts.ledger.read((rows) => ({
      volumes: rows.volumes(),
      containers: rows.containers(),
      damages: rows.damages(),
    }));
    const table = await readMountTable();
    const volumes = found.volumes.map((volume) => {
      const isMount = volume.state === 'mounted' && volume.mount !== null;
      return { ...volume, presence: isMount ? presenceIn(table, volume.mount) : null };
    });
    return { ...found, volumes };
  }

  /** Waits for what was begun in the background. */
  async settle(): Promise<void> {
    await this.#retries;
  }

  /** Waits for what was begun in the background, then closes the ledger, if it was opened here. */
  async close(): Promise<void> {
    await this.settle();
    this.#ownLedger?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Tries what is due once more. Nobody waits for it, so that failures are told and not thrown. */
  #retryDue(): void {
    const retry = async () => {
      const releases = await this.releaseVolumes('due');
      for (const { volume, outcome, error } of releases) {
        if (outcome === 'failed') this.#parts.onEvent({ type: 'retry-failed', container: null, volume, error });
      }
    };
    this.#retries ??= retry()
      // The ledger itself failed: the next operation runs into it and says so.
      .catch(() => undefined)
      .finally(() => {
        this.#retries = null;
      });
  }

  #now(): { readonly uptimeMs: number; readonly boot: string } {
    return { uptimeMs: this.#clock.uptimeMs(), boot: bootId() };
  }

  async #tell<Result>(
    operation: 'prepare' | 'cleanup' | 'recover',
    container: string | null,
    act: () => Promise<Result>,
  ): Promise<Result> {
    const { onEvent } = this.#parts;
    const startMs = performance.now();
    try {
      const result = await act();
      onEvent({ type: 'completed', container, operation, durationMs: performance.now() - startMs, error: null });
      return result;
    } catch (error) {
      if (error instanceof RefusedError) onEvent({ type: 'refused', container, findings: error.findings });
      else if (error instanceof ContainerConflictError) onEvent({ type: 'conflict', container: error.container });
      else onEvent({ type: 'completed', container, operation, durationMs: performance.now() - startMs, error });
      throw error;
    }
  }
}

async function openLedger(stateDirectory: string | undefined, onEvent: EventListener): Promise<SqliteLedger> {
  const place = stateDirectory === undefined ? { memory: true as const } : { stateDirectory };
  const ledger: SqliteLedger = await SqliteLedger.open(place, {
    onDeadHold: (dead) => endWork(ledger, dead),
    onTakeOver: ({ name, holder, pid, sinceMs }) => {
      const container = containerOfKey(name);
      onEvent({ type: 'taken-over', container, hold: holdTitle(name), holder, pid, sinceMs });
    },
  });
  return ledger;
}

/** A held name for people: the name of a volume has a zero byte in it. */
function holdTitle(name: string): string {
  return name.replace('\0', ' ');
}

/** Says it when the ledger was found damaged just now: by whoever opened it, once. */
async function tellDamage(ledger: SqliteLedger, onEvent: EventListener): Promise<void> {
  if (ledger.damage === null) return;
  const { setAside, reason } = ledger.damage;
  const [containers, volumes] = await ledger.read((rows) => [rows.containers().length, rows.volumes().length] as const);
  onEvent({ type: 'ledger-damaged', container: null, setAside, reason, containers, volumes });
}

function policyDocument(policy: NonNullable<IsolatorOptions['policy']>): Uint8Array | string {
  return typeof policy === 'string' || policy instanceof Uint8Array ? policy : JSON.stringify(policy);
}
