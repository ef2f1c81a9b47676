import type {
  EnsureDirectoryStep,
  Location,
  MatchOwnerStep,
  RemoveDirectoryStep,
  RequireDirectoryStep,
  Step,
} from '../core/documents.ts';
import { type Mountpoint, openMountpoint } from '../driver/mountpoint.ts';
import type { Directory } from '../system/directory.ts';
import {
  ensureDirectory,
  matchOwner,
  type Removal,
  removeDirectory,
  requireDirectory,
} from '../system/directory-change.ts';
import type { KeyedLocks } from './keyed-locks.ts';
import type { Ledger } from './ledger.ts';

/** The one name under which directories on the machine are made and removed. */
const DIRECTORIES = 'directories';

interface Options {
  readonly steps: readonly Step[];
  readonly mountpointOf: (step: number) => Mountpoint;
  readonly ledger: Ledger;
  readonly container: string;
  /** Shared by all containers of a ledger. */
  readonly locks: KeyedLocks;
}

/**
 * Makes and removes directories. On the machine itself (not under a rootfs, a sandbox or a volume) a removal, together
 * with the look whether any other container has a path there, excludes every making: an empty directory may be the
 * mountpoint of a bind in another container's mount namespace, and rmdir would detach that (Linux 3.18 and later). The
 * claim of a container is in the ledger before its directories are made, so one of the two always sees the other.
 */
export class DirectorySteps {
  readonly #steps: readonly Step[];
  readonly #mountpointOf: Options['mountpointOf'];
  readonly #ledger: Ledger;
  readonly #container: string;
  readonly #locks: KeyedLocks;
  readonly #made = new Map<number, readonly string[]>();

  constructor(options: Options) {
    this.#steps = options.steps;
    this.#mountpointOf = options.mountpointOf;
    this.#ledger = options.ledger;
    this.#container = options.container;
    this.#locks = options.locks;
  }

  hasActed(step: EnsureDirectoryStep): boolean {
    return (this.#made.get(step.id)?.length ?? 0) > 0;
  }

  /** @throws {DirectoryError} */
  async require({ location }: RequireDirectoryStep): Promise<void> {
    using _directory = await this.#open(location);
  }

  /** @returns what was made. */
  async ensure({ id, location, owner, mode }: EnsureDirectoryStep): Promise<readonly string[]> {
    using _lock = await this.#lockFor(location);
    using base = await this.#baseOf(location);
    using ensured = await ensureDirectory({ within: base.within, path: location.path }, { owner, mode });
    this.#made.set(id, ensured.made);
    if (location.within === null) for (const path of ensured.made) await this.#ledger.noteDirectory(path);
    return ensured.made;
  }

  /** Removes what a step made, the deepest first. */
  async undoEnsure(step: EnsureDirectoryStep): Promise<readonly Removed[]> {
    const removed: Removed[] = [];
    for (const path of (this.#made.get(step.id) ?? []).toReversed()) {
      removed.push({ path, removal: await this.#remove({ within: step.location.within, path }) });
    }
    this.#made.delete(step.id);
    return removed;
  }

  async remove({ location }: RemoveDirectoryStep): Promise<Removed> {
    return { path: location.path, removal: await this.#remove(location) };
  }

  /** Gives a volume the owner and the mode of the directory that it will cover. */
  async matchOwner({ volume, directory }: MatchOwnerStep): Promise<void> {
    const model = this.#steps.find(({ id }) => id === directory);
    if (model === undefined || !('location' in model))
      throw new Error(`expected step ${directory} to name a directory`);
    using target = await openMountpoint(this.#mountpointOf(volume));
    using source = await this.#open(model.location);
    await matchOwner(target, source);
  }

  async #remove(location: Location): Promise<Removal | 'in-use'> {
    using _lock = await this.#lockFor(location);
    const isOnMachine = location.within === null;
    if (isOnMachine && (await this.#ledger.pathInUse(location.path, this.#container))) return 'in-use';
    using base = await this.#baseOf(location);
    const removal = await removeDirectory({ within: base.within, path: location.path });
    const isGone = removal === 'removed' || removal === 'missing' || removal === 'replaced';
    if (isOnMachine && isGone) await this.#ledger.forgetDirectory(location.path);
    return removal;
  }

  async #open(location: Location): Promise<Directory> {
    using base = await this.#baseOf(location);
    return await requireDirectory({ within: base.within, path: location.path });
  }

  /** What a location is under, opened when it is a volume. */
  async #baseOf({ within }: Location): Promise<{ within: null | string | Directory } & Disposable> {
    if (within === null || typeof within === 'string') return { within, [Symbol.dispose]() {} };
    const directory = await openMountpoint(this.#mountpointOf(within.step));
    return { within: directory, [Symbol.dispose]: () => directory.close() };
  }

  /** Short, and never held across a call of a driver; nobody else comes by a rootfs, a sandbox or a locked volume. */
  async #lockFor(location: Location): Promise<Disposable> {
    return location.within === null ? this.#locks.acquire([DIRECTORIES]) : { [Symbol.dispose]() {} };
  }
}

export interface Removed {
  readonly path: string;
  readonly removal: Removal | 'in-use';
}
