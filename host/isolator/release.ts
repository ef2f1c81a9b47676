import type { RecoverMount, UnmountVolumeStep, VolumeId } from '../core/documents.ts';
import type { Core } from '../core/index.ts';
import { bootId } from '../system/boot-id.ts';
import { isAtOrUnder } from '../system/mount-table.ts';
import type { Clock } from './clock.ts';
import type { DriverOf } from './drivers.ts';
import type { EventListener } from './isolator-event.ts';
import { type Ledger, type LedgerReader, type VolumeRecord, volumeKey } from './ledger/ledger.ts';
import { recoverMounts, recoverRow } from './recover-rows.ts';
import { retryDelayMs } from './retry-delay.ts';
import { errorText, secretFreeError } from './secret-free-error.ts';
import { type Unmounted, unmountVolume } from './volume-unmount.ts';

/** What became of a volume that was to be released. */
export interface Release {
  readonly volume: VolumeId;
  /** `in-use`: some container claims it; it stays. `not-known`: the ledger has nothing to release. */
  readonly outcome: 'released' | 'in-use' | 'not-known' | 'failed';
  /** Why it failed; null otherwise. It has no secret in it. */
  readonly error: unknown;
}

export interface ReleaseOptions {
  /** On whose account; null for a retry and the like. */
  readonly container: string | null;
  /** Leaves a volume alone whose next try is not due (any more): somebody else was faster. */
  readonly onlyDue?: boolean;
}

export interface ReleasesOptions {
  readonly core: Core;
  readonly ledger: Ledger;
  readonly driverOf: DriverOf;
  readonly clock: Clock;
  readonly onEvent: EventListener;
}

/** A release that was decided, with the row as it was before. */
interface Decision {
  readonly step: UnmountVolumeStep;
  readonly row: VolumeRecord;
}

/**
 * Releases volumes that nobody claims: the one way to an unmount, for undo, cleanup, recover, retries and on demand.
 * Whether a volume may be unmounted is the core's decision, asked for again while the volume's name is held and in the
 * same step that notes `releasing`: from then on no prepare counts on the volume as mounted.
 */
export class Releases {
  readonly #options: ReleasesOptions;

  constructor(options: ReleasesOptions) {
    this.#options = options;
  }

  /**
   * @returns also when it failed: then the next try is noted, and told as `retry-scheduled`.
   * @throws {LedgerError} when the ledger itself fails.
   */
  async release(volume: VolumeId, options: ReleaseOptions): Promise<Release> {
    const { ledger } = this.#options;
    // A look without the hold: what is in use is left alone, whoever works on it, and for however long.
    const first = await ledger.read((rows) => this.#decide(rows, volume, options, []));
    if (typeof first === 'string') return { volume, outcome: first, error: null };
    let hold: AsyncDisposable;
    try {
      hold = await ledger.hold(volumeKey(volume), { timeoutMs: first.step.timeoutMs });
    } catch (error) {
      if (codeOf(error) !== 'ledger-busy') throw error;
      return { volume, outcome: 'failed', error };
    }
    await using _held = hold;
    return await this.#releaseHeld(volume, options);
  }

  async #releaseHeld(volume: VolumeId, options: ReleaseOptions): Promise<Release> {
    const { ledger } = this.#options;
    const mount = await ledger.read((rows) => rows.volume(volume)?.mount ?? null);
    const mounts = await recoverMounts([{ mount }]);
    const decision = await ledger.change((rows) => {
      const decided = this.#decide(rows, volume, options, mounts);
      if (typeof decided !== 'string') {
        const { mountpoint, mount } = decided.row;
        rows.noteVolume(volume, { state: 'releasing', mountpoint, mount });
      }
      return decided;
    });
    if (typeof decision === 'string') return { volume, outcome: decision, error: null };
    const unmounted = await this.unmount(decision.row, decision.step, options.container);
    if (unmounted.outcome === 'gone') {
      await ledger.change((rows) => rows.noteVolume(volume, { state: 'released', mountpoint: null, mount: null }));
      return { volume, outcome: 'released', error: null };
    }
    const error = await this.#noteFailure(decision.row, unmounted, options.container);
    return { volume, outcome: 'failed', error };
  }

  /** Has the driver unmount a volume whose name is held, and looks what has become of its mounts. */
  async unmount(
    row: VolumeRecord,
    { mount, transport, timeoutMs }: Pick<UnmountVolumeStep, 'mount' | 'transport' | 'timeoutMs'>,
    container: string | null,
  ): Promise<Unmounted> {
    const { driver, name, options } = row;
    // The ledger knows a mount, and the core says that it is not there any more: then nothing is as it was.
    const isAsNoted = row.state === 'mounted' && (row.mount === null) === (mount === null);
    const unmounted = await unmountVolume({
      volume: { driver, name },
      driver: this.#options.driverOf(transport, { container, options }),
      timeoutMs,
      mount,
      mountpoint: isAsNoted ? row.mountpoint : null,
      isShared: async () => mount !== null && (await this.#isShared(row, mount.path)),
    });
    if (unmounted.outcome === 'gone') return unmounted;
    return { ...unmounted, error: secretFreeError(unmounted.error, options) };
  }

  /** Asks the core. Whoever claims a volume counts as running: it is not asked who is. */
  #decide(
    rows: LedgerReader,
    volume: VolumeId,
    { onlyDue = false }: ReleaseOptions,
    mounts: readonly RecoverMount[],
  ): Decision | 'in-use' | 'not-known' {
    const row = rows.volume(volume);
    if (row === null || (onlyDue && !this.#isDue(row))) return 'not-known';
    // One of them stands for all: they may be a hundred thousand.
    const containers = row.containers.slice(0, 1);
    const plan = this.#options.core.recover({
      boot: bootId(),
      running: containers,
      orphans: [],
      ledger: { containers: [], volumes: [{ ...recoverRow(row), containers }], directories: [] },
      mounts,
    });
    const step = plan.steps.find((each) => each.action === 'unmountVolume');
    if (step !== undefined) return { step, row };
    return containers.length > 0 ? 'in-use' : 'not-known';
  }

  #isDue({ attempts, retry }: VolumeRecord): boolean {
    if (attempts === 0) return true;
    return retry !== null && (retry.boot !== bootId() || retry.uptimeMs <= this.#options.clock.uptimeMs());
  }

  /** Notes that a release failed, and when it is tried again. */
  async #noteFailure(
    row: VolumeRecord,
    unmounted: Exclude<Unmounted, { readonly outcome: 'gone' }>,
    container: string | null,
  ): Promise<unknown> {
    const { ledger, clock, onEvent } = this.#options;
    const { driver, name, mountpoint, mount } = row;
    const attempts = row.attempts + 1;
    const afterMs = retryDelayMs(attempts, clock.random());
    const retry = { uptimeMs: clock.uptimeMs() + afterMs, boot: bootId() };
    const failure = { error: errorText(unmounted.error, row.options), retry };
    const state = unmounted.outcome === 'mounted' ? 'mounted' : 'uncertain';
    await ledger.change((rows) => rows.noteVolume({ driver, name }, { state, mountpoint, mount, failure }));
    const { error } = unmounted;
    onEvent({ type: 'retry-scheduled', container, volume: { driver, name }, attempts, afterMs, error });
    return error;
  }

  /** Only asked when a driver leaves a mount behind, so that it may cost a look at every volume. */
  async #isShared({ driver, name }: VolumeId, path: string): Promise<boolean> {
    return this.#options.ledger.read((rows) =>
      rows
        .volumes()
        .some(
          (other) =>
            (other.driver !== driver || other.name !== name) &&
            other.state !== 'released' &&
            other.mountpoint !== null &&
            isAtOrUnder(other.mountpoint, path),
        ),
    );
  }
}

/** The code of an error of ours. */
export function codeOf(error: unknown): string | null {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : null;
}
