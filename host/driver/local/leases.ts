import type { AgentSeat } from './agent-seat.ts';
import type { Backing } from './backing.ts';
import type { DriverStore } from './driver-store.ts';
import { LocalDriverError, quote } from './error.ts';
import { leaveNote } from './fence-notes.ts';
import { describeHolder, type Lease } from './lease.ts';
import type { Log } from './log.ts';
import type { BackingKind, VolumeRecord } from './record.ts';
import type { VolumeLock } from './volume-locks.ts';

export interface LeasesSettings {
  readonly store: DriverStore;
  readonly backings: Readonly<Record<BackingKind, Backing>>;
  /** Whether a volume is taken from an agent that holds it; else that agent has to let it go. */
  readonly preempt: boolean;
  /** The kernel's boot id: nothing is held across boots. */
  readonly boot: string;
  readonly now: () => Date;
  readonly log: Log;
}

/** Decides which agent may mount a volume, and takes it from the one that has it. The caller has the volume's lock. */
export class Leases {
  readonly #settings: LeasesSettings;
  readonly #seat: AgentSeat;

  constructor(settings: LeasesSettings) {
    this.#settings = settings;
    this.#seat = settings.store.seat;
  }

  /** A lease for this agent from now on. */
  begin(): Lease {
    return { ...this.#seat.holder, since: this.#settings.now().toISOString() };
  }

  /** The same lease in the name of this process, after another one that served the agent has ended. */
  renew(lease: Lease): Lease {
    return { ...lease, ...this.#seat.holder };
  }

  /** Whether this agent is the last that mounted the volume. */
  isOurs({ lease }: VolumeRecord): boolean {
    return lease?.agent === this.#seat.holder.agent;
  }

  /** Whether the ids of a record are none of this agent's, which must leave the record alone then. */
  isAnothers(record: VolumeRecord): boolean {
    return record.lease !== null && !this.isOurs(record);
  }

  /** The lease of another agent that holds the volume now; null when there is none. */
  async heldByAnother(record: VolumeRecord): Promise<Lease | null> {
    return this.isAnothers(record) && (await this.#isHeld(record)) ? record.lease : null;
  }

  /** @throws {LocalDriverError} `volume-held` */
  async requireNotHeldByAnother(record: VolumeRecord, purpose: string): Promise<void> {
    const lease = await this.heldByAnother(record);
    if (lease === null) return;
    throw new LocalDriverError(
      'volume-held',
      `volume ${quote(record.name)} is held by ${describeHolder(lease)}: unmount it there before you ${purpose}`,
    );
  }

  /**
   * Sees to it that nobody but this agent holds the volume.
   *
   * A holder whose server lives keeps it, unless this one was told to preempt. One whose server is dead keeps what its
   * tasks use; what nobody uses is unmounted, all of it written back.
   *
   * @throws {LocalDriverError} `volume-held`, `volume-in-use`, `fence-failed`
   */
  async takeOver(record: VolumeRecord, lock: VolumeLock): Promise<void> {
    // Containers of this agent may hold on to the mount that was: a mount joins them on the same loop device.
    if (this.isOurs(record) || !(await this.#isHeld(record))) return;
    const { store, backings, preempt } = this.#settings;
    const backing = backings[record.backing];
    const place = store.placeOf(record.name);
    const isAlive = record.lease !== null && (await this.#seat.isTaken(record.lease.agent));
    if (!isAlive && (await backing.detach(place, lock))) {
      await this.#tell(record, 'unmounted; its server has ended and nobody used it');
      return;
    }
    if (!preempt) throw await this.#refusal(record, isAlive);
    const scratch = await store.makeScratch();
    try {
      await this.#tell(record, await backing.fence(place, scratch, lock));
    } finally {
      await store.discardOrLog(scratch, this.#settings.log);
    }
  }

  async #isHeld(record: VolumeRecord): Promise<boolean> {
    const { store, backings, boot } = this.#settings;
    return record.boot === boot && backings[record.backing].isHeld(store.placeOf(record.name), record);
  }

  async #tell(record: VolumeRecord, how: string): Promise<void> {
    const { name, lease } = record;
    const from = lease === null ? 'whoever held it' : describeHolder(lease);
    this.#settings.log({ level: 'warning', message: `volume ${quote(name)} was taken from ${from}: ${how}` });
    if (lease !== null) await leaveNote(await this.#seat.notesFor(lease.agent), { volume: name, by: this.begin() });
  }

  async #refusal(record: VolumeRecord, isAlive: boolean): Promise<LocalDriverError> {
    const { name, lease } = record;
    const remedy = 'unmount it there, or serve this store with --preempt to take it by force';
    if (lease === null) {
      const text = `volume ${quote(name)} is in use outside of this driver: ${remedy}`;
      return new LocalDriverError('volume-in-use', text);
    }
    const state = isAlive ? '' : '; its server has ended, but the volume is still in use there';
    return new LocalDriverError(
      'volume-held',
      `volume ${quote(name)} is held by ${describeHolder(lease)}${state}: ${remedy}`,
    );
  }
}
