import type { Inspection, LedgerVolume, MountVolumeStep, Plan, ReuseVolumeStep, VolumeId } from '../core/documents.ts';
import type { Core } from '../core/index.ts';
import { checkMountpoint, type Mountpoint } from '../driver/mountpoint.ts';
import { DriverError } from '../driver/volume-driver.ts';
import { readMountTable } from '../system/mount-table.ts';
import { DeadlineError, LOOK_TIMEOUT_MS, withDeadline } from './deadline.ts';
import type { DriverOf } from './drivers.ts';
import { RefusedError } from './isolator-error.ts';
import { type Ledger, type VolumeRecord, volumeKey } from './ledger/ledger.ts';
import { findOwnMount, ownerOf } from './own-mount.ts';
import type { Releases } from './release.ts';
import { secretFreeError } from './secret-free-error.ts';
import { VolumeError } from './volume-error.ts';
import { lookAtVolumes, withPresences } from './volume-presence.ts';

/** What a container was asked to be prepared from: the same is asked again before each mount. */
export interface VolumeRequestSource {
  readonly document: Uint8Array | string;
  readonly kind: number;
  readonly requests: Inspection['requests'];
}

export interface VolumeStepsOptions {
  readonly core: Core;
  readonly ledger: Ledger;
  readonly driverOf: DriverOf;
  readonly releases: Releases;
  readonly container: string;
  readonly source: VolumeRequestSource;
  readonly signal: AbortSignal | undefined;
}

/** What the core says of a step now that the volume's name is held. */
interface Confirmation {
  readonly plan: Plan;
  readonly step: MountVolumeStep | ReuseVolumeStep;
  /** The row before the step, and its mount as far as it is still there. */
  readonly row: VolumeRecord;
}

/**
 * Mounts volumes for one container, each while its name is held and no longer. What stands in the plan may be out of
 * date by then: another container may have mounted the volume. So the core is asked again, in the same change that
 * notes the intent.
 */
export class VolumeSteps {
  readonly #options: VolumeStepsOptions;
  readonly #mountpoints = new Map<number, Mountpoint>();
  /** Steps whose driver was asked, or is about to be. */
  readonly #acted = new Set<number>();
  /** The plan that says to reuse what was planned to be mounted, by step. */
  readonly #replanned = new Map<number, Plan>();

  constructor(options: VolumeStepsOptions) {
    this.#options = options;
  }

  /** The mountpoint that each step yielded so far. */
  get mountpoints(): ReadonlyMap<number, Mountpoint> {
    return this.#mountpoints;
  }

  /** @throws {Error} when the plan refers to a step that yields none: a fault of the core. */
  mountpointOf(step: number): Mountpoint {
    const mountpoint = this.#mountpoints.get(step);
    if (mountpoint === undefined) throw new Error(`expected step ${step} to have yielded a mountpoint`);
    return mountpoint;
  }

  hasActed(step: MountVolumeStep): boolean {
    return this.#acted.has(step.id);
  }

  /** Whether the core still wants a volume to take an owner, now that it is known who mounted the volume. */
  takesOwner(volume: number): boolean {
    const plan = this.#replanned.get(volume);
    return plan?.steps.some((step) => step.action === 'matchOwner' && step.volume === volume) ?? true;
  }

  /** @throws {RefusedError | DriverError | MountpointError | VolumeError | LedgerError} */
  async mount(planned: MountVolumeStep): Promise<Mountpoint> {
    const { ledger, signal } = this.#options;
    const { timeoutMs } = planned;
    await using _held = await ledger.hold(volumeKey(planned.volume), { timeoutMs, signal });
    signal?.throwIfAborted();
    const { plan, step, row } = await this.#confirm(planned);
    if (step.action === 'reuseVolume') {
      this.#replanned.set(planned.id, plan);
      return await this.reuse(step);
    }
    try {
      return await this.#mountHeld(step, row);
    } catch (error) {
      throw secretFreeError(error, step.options);
    }
  }

  /**
   * Looks whether a volume that is mounted already still is where the ledger says. It needs no hold: the claim is in
   * the ledger, so that nobody releases the volume.
   */
  async reuse(step: ReuseVolumeStep): Promise<Mountpoint> {
    const mountpoint = await checkInTime(step.mountpoint, []);
    this.#mountpoints.set(step.id, mountpoint);
    return mountpoint;
  }

  /** Gives up the claim, then releases what was mounted, or may have been, unless others claim it by now. */
  async undo({ id, volume }: MountVolumeStep): Promise<void> {
    const { ledger, releases, container } = this.#options;
    await ledger.change((rows) => rows.dropClaim(container, volume));
    const { outcome, error } = await releases.release(volume, { container });
    if (outcome === 'failed') throw error;
    this.#mountpoints.delete(id);
    this.#acted.delete(id);
  }

  /** Asks the core again, and notes the intent to mount when that is what is to be done. */
  async #confirm({ id, volume }: MountVolumeStep): Promise<Confirmation> {
    const { core, ledger, container, source } = this.#options;
    const { document, kind, requests } = source;
    // The other volumes have steps of their own, which look for themselves.
    const presences = await lookAtVolumes(await ledger.read((rows) => rows.volumesLike([volume], container)));
    return await ledger.change((rows) => {
      const volumes = withPresences(rows.volumesLike(requests, container), presences);
      const plan = core.prepare({ container, kind, ledger: { volumes } }, document);
      if (plan.verdict === 'deny') throw new RefusedError('the document', plan.findings, requests);
      const step = plan.steps.find((each) => each.id === id);
      const row = rows.volume(volume);
      if ((step?.action !== 'mountVolume' && step?.action !== 'reuseVolume') || row === null) {
        throw new Error(`expected step ${id} to be about the volume ${JSON.stringify(volume.name)} again`);
      }
      const known = withoutVanished(row, volumes);
      if (step.action === 'mountVolume') {
        const { options, transport } = step;
        const { mountpoint, mount } = known;
        rows.noteVolume(volume, { state: 'intended', mountpoint, mount, options, transport });
      }
      return { plan, step, row: known };
    });
  }

  async #mountHeld(step: MountVolumeStep, row: VolumeRecord): Promise<Mountpoint> {
    this.#acted.add(step.id);
    const isClean = !step.releaseFirst || (await this.#releaseFirst(step, row));
    const { volume, options, create, timeoutMs } = step;
    const { driverOf, container, signal } = this.#options;
    const before = await readMountTable();
    let answer: string;
    try {
      const signalField = signal === undefined ? {} : { signal };
      const driver = driverOf(step.transport, { container, options });
      answer = await driver.mount({ volume, options, create, timeoutMs, ...signalField });
    } catch (error) {
      // Only a driver that says so itself has surely done nothing.
      const isUntouched = isClean && error instanceof DriverError && !error.uncertain;
      await this.#noteFailure(step, isUntouched ? 'released' : 'uncertain', row);
      throw error;
    }
    try {
      return await this.#accept(step, answer, row, before);
    } catch (error) {
      const mount = await findOwnMountOf(answer, before, row).catch(() => null);
      const isTaken = error instanceof VolumeError && error.code === 'mountpoint-taken';
      await this.#noteFailure(step, 'uncertain', isTaken ? row : { mountpoint: row.mountpoint, mount });
      throw error;
    }
  }

  /** Checks what the driver answered, and notes where the volume is. */
  async #accept(
    step: MountVolumeStep,
    answer: string,
    row: VolumeRecord,
    before: Awaited<ReturnType<typeof readMountTable>>,
  ): Promise<Mountpoint> {
    const { volume } = step;
    const mountpoint = await checkInTime(answer, step.mountRoots);
    const mount = await findOwnMountOf(answer, before, row);
    await this.#options.ledger.change((rows) => {
      const owner = ownerOf(rows, mountpoint.path, mount, volume);
      if (owner !== null) throw takenError(volume, owner, mountpoint.path);
      rows.noteVolume(volume, { state: 'mounted', mountpoint: mountpoint.path, mount });
    });
    this.#mountpoints.set(step.id, mountpoint);
    return mountpoint;
  }

  /**
   * Has the driver let go of what it may still count as mounted. That this fails is no failure, unless a mount of ours
   * is left: a second one on top of it would hide it from every later look.
   * @returns whether the driver surely has nothing of the volume mounted any more.
   */
  async #releaseFirst({ volume, timeoutMs }: MountVolumeStep, row: VolumeRecord): Promise<boolean> {
    const { mount, transport } = row;
    const unmounted = await this.#options.releases.unmount(
      row,
      { mount, transport, timeoutMs },
      this.#options.container,
    );
    if (unmounted.outcome === 'gone') return true;
    if (mount !== null && (unmounted.outcome === 'mounted' || unmounted.isLeft)) {
      const what = `the earlier mount of the volume ${JSON.stringify(volume.name)}`;
      const message = `expected ${what} to be gone before it is mounted again`;
      throw new VolumeError('mount-left', volume, mount.path, message, unmounted.error);
    }
    return false;
  }

  async #noteFailure(
    { id, volume }: MountVolumeStep,
    state: 'released' | 'uncertain',
    { mountpoint, mount }: Pick<LedgerVolume, 'mountpoint' | 'mount'>,
  ): Promise<void> {
    const known = state === 'released' ? { mountpoint: null, mount: null } : { mountpoint, mount };
    await this.#options.ledger.change((rows) => rows.noteVolume(volume, { state, ...known }));
    if (state === 'released') this.#acted.delete(id);
  }
}

/** What the ledger knows of a mount that is not there any more would name another one some day. */
function withoutVanished(row: VolumeRecord, seen: readonly LedgerVolume[]): VolumeRecord {
  const presence = seen.find(({ driver, name }) => driver === row.driver && name === row.name)?.presence;
  return presence === 'missing' || presence === 'replaced' ? { ...row, mount: null, mountpoint: null } : row;
}

async function checkInTime(path: string, mountRoots: readonly string[]): Promise<Mountpoint> {
  const late = () => new DeadlineError(`looking at the mountpoint ${JSON.stringify(path)}`, LOOK_TIMEOUT_MS);
  return await withDeadline(checkMountpoint(path, mountRoots), LOOK_TIMEOUT_MS, late);
}

async function findOwnMountOf(
  answer: string,
  before: Awaited<ReturnType<typeof readMountTable>>,
  row: VolumeRecord,
): ReturnType<typeof findOwnMount> {
  const late = () => new DeadlineError(`looking at the mountpoint ${JSON.stringify(answer)}`, LOOK_TIMEOUT_MS);
  return await withDeadline(findOwnMount(answer, before, row.mount), LOOK_TIMEOUT_MS, late);
}

function takenError(volume: VolumeId, owner: VolumeId, path: string): VolumeError {
  const other = `${JSON.stringify(owner.name)} of ${JSON.stringify(owner.driver)}`;
  const got = `${JSON.stringify(path)}, where the volume ${other} is`;
  const message = `expected a mountpoint of its own for the volume ${JSON.stringify(volume.name)}, got ${got}`;
  return new VolumeError('mountpoint-taken', volume, path, message);
}
