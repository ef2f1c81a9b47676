import type {
  LedgerVolume,
  MountVolumeStep,
  ReuseVolumeStep,
  Transport,
  UnmountVolumeStep,
  VolumeId,
  VolumeOption,
} from '../core/documents.ts';
import { checkMountpoint, type Mountpoint } from '../driver/mountpoint.ts';
import { MountpointError } from '../driver/mountpoint-error.ts';
import { redactOptions } from '../driver/option-redaction.ts';
import { DriverError, type VolumeDriver } from '../driver/volume-driver.ts';
import type { Ledger } from './ledger.ts';

/** Gives the driver that serves a transport. */
export type DriverOf = (transport: Transport) => VolumeDriver;

/** Mounts and unmounts volumes, and notes in the ledger what is known after each act. */
export class VolumeSteps {
  readonly #driverOf: DriverOf;
  readonly #ledger: Ledger;
  readonly #container: string;
  readonly #signal: AbortSignal | undefined;
  readonly #mountpoints = new Map<number, Mountpoint>();
  readonly #uncertain = new Set<number>();

  constructor(options: { driverOf: DriverOf; ledger: Ledger; container: string; signal?: AbortSignal | undefined }) {
    this.#driverOf = options.driverOf;
    this.#ledger = options.ledger;
    this.#container = options.container;
    this.#signal = options.signal;
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
    return this.#mountpoints.has(step.id) || this.#uncertain.has(step.id);
  }

  /** @throws {DriverError | MountpointError} */
  async mount(step: MountVolumeStep): Promise<Mountpoint> {
    const { volume, options, create, timeoutMs } = step;
    try {
      const answer = await this.#driverOf(step.transport).mount({
        volume,
        options,
        create,
        timeoutMs,
        ...this.#signalField(),
      });
      // From here on the driver has acted, so any failure leaves something to undo.
      this.#uncertain.add(step.id);
      const mountpoint = await checkMountpoint(answer, step.mountRoots);
      await this.#ledger.noteVolume(volume, 'mounted', mountpoint.path);
      this.#uncertain.delete(step.id);
      this.#mountpoints.set(step.id, mountpoint);
      return mountpoint;
    } catch (error) {
      if (mayHaveActed(error)) this.#uncertain.add(step.id);
      if (this.#uncertain.has(step.id)) await this.#ledger.noteVolume(volume, 'uncertain', null);
      throw withoutSecrets(error, options);
    }
  }

  /** Looks whether a volume that is mounted already still is where the ledger says. */
  async reuse(step: ReuseVolumeStep): Promise<Mountpoint> {
    const mountpoint = await checkMountpoint(step.mountpoint, []);
    this.#mountpoints.set(step.id, mountpoint);
    return mountpoint;
  }

  async unmount({ volume, transport, timeoutMs }: UnmountVolumeStep): Promise<void> {
    const rows = await this.#ledger.volumesLike([volume], this.#container);
    const row = rows.find(({ driver, name }) => driver === volume.driver && name === volume.name);
    await this.#release(volume, transport, timeoutMs, row);
  }

  /** Unmounts what a step mounted, or may have mounted. */
  async undo({ id, volume, transport, undo }: MountVolumeStep): Promise<void> {
    const path = this.#mountpoints.get(id)?.path ?? null;
    await this.#release(volume, transport, undo.timeoutMs, {
      state: path === null ? 'uncertain' : 'mounted',
      mountpoint: path,
    });
    this.#mountpoints.delete(id);
    this.#uncertain.delete(id);
  }

  /** What was known stays true when the driver surely did nothing; otherwise nothing is known any more. */
  async #release(
    volume: VolumeId,
    transport: Transport,
    timeoutMs: number,
    before: Pick<LedgerVolume, 'state' | 'mountpoint'> | undefined,
  ): Promise<void> {
    const mountpoint = before?.mountpoint ?? null;
    await this.#ledger.noteVolume(volume, 'releasing', mountpoint);
    try {
      await this.#driverOf(transport).unmount({ volume, timeoutMs });
    } catch (error) {
      const isStillMounted = before?.state === 'mounted' && !mayHaveActed(error);
      await this.#ledger.noteVolume(volume, isStillMounted ? 'mounted' : 'uncertain', mountpoint);
      throw error;
    }
    await this.#ledger.noteVolume(volume, 'released', null);
  }

  #signalField(): { signal?: AbortSignal } {
    return this.#signal === undefined ? {} : { signal: this.#signal };
  }
}

/** Only a driver that says so itself has surely done nothing. */
function mayHaveActed(error: unknown): boolean {
  return !(error instanceof DriverError) || error.uncertain;
}

/** What a driver names may repeat the options; then nothing of it is passed on but the redacted text. */
function withoutSecrets(error: unknown, options: readonly VolumeOption[]): unknown {
  if (!(error instanceof MountpointError)) return error;
  const answer = redactOptions(error.answer, options);
  return answer === error.answer ? error : new MountpointError(error.code, answer, error.expected);
}
