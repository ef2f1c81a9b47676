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
import { DeadlineError, LOOK_TIMEOUT_MS, withDeadline } from './deadline.ts';
import type { Ledger } from './ledger/ledger.ts';
import { directoriesAbove } from './ledger/paths.ts';

/** The one name under which directories on the machine are made and removed, by all isolators of a ledger. */
const DIRECTORIES = 'directories';

/** Making or removing one takes milliseconds; who waits this long waits for a filesystem that hangs. */
const HOLD_TIMEOUT_MS = 60_000;

interface Options {
  readonly steps: readonly Step[];
  readonly mountpointOf: (step: number) => Mountpoint;
  readonly ledger: Ledger;
  /** null for none: then every claim on a path counts. */
  readonly container: string | null;
}

/**
 * Makes and removes directories. On the machine itself (not under a rootfs, a sandbox or a volume) a removal, together
 * with the look whether any other container has a path there, excludes every making: an empty directory may be the
 * mountpoint of a bind in another container's mount namespace, and rmdir would detach that (Linux 3.18 and later). The
 * claim of a container is in the ledger before its directories are made, so one of the two always sees the other. Each
 * directory is in the ledger before it is made, so that none is left unknown by a crash.
 */
export class DirectorySteps {
  readonly #steps: readonly Step[];
  readonly #mountpointOf: Options['mountpointOf'];
  readonly #ledger: Ledger;
  readonly #container: string | null;
  readonly #made = new Map<number, readonly string[]>();

  constructor(options: Options) {
    this.#steps = options.steps;
    this.#mountpointOf = options.mountpointOf;
    this.#ledger = options.ledger;
    this.#container = options.container;
  }

  hasActed(step: EnsureDirectoryStep): boolean {
    return (this.#made.get(step.id)?.length ?? 0) > 0;
  }

  /** @throws {DirectoryError | DeadlineError} */
  async require({ location }: RequireDirectoryStep): Promise<void> {
    await inTime(location, async () => {
      using _directory = await this.#open(location);
    });
  }

  /**
   * @returns what was made.
   * @throws {DirectoryError | DeadlineError | LedgerError}
   */
  async ensure(step: EnsureDirectoryStep): Promise<readonly string[]> {
    const { location } = step;
    if (location.within !== null) return await inTime(location, () => this.#make(step, async () => {}));
    await using _hold = await this.#ledger.hold(DIRECTORIES, { timeoutMs: HOLD_TIMEOUT_MS });
    const noted: string[] = [];
    const note = async (path: string) => {
      await this.#ledger.change((rows) => rows.noteDirectory(path));
      noted.push(path);
    };
    try {
      return await this.#make(step, note);
    } catch (error) {
      // What it made before it failed was removed again; what could not be stays in the ledger.
      for (const path of noted.toReversed()) await this.#removeHeld({ within: null, path });
      throw error;
    }
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
    const { location } = model;
    await inTime(location, async () => {
      using target = await openMountpoint(this.#mountpointOf(volume));
      using source = await this.#open(location);
      await matchOwner(target, source);
    });
  }

  async #make(
    { id, location, owner, mode }: EnsureDirectoryStep,
    beforeMaking: (path: string) => Promise<void>,
  ): Promise<readonly string[]> {
    using base = await this.#baseOf(location);
    const place = { within: base.within, path: location.path };
    using ensured = await ensureDirectory(place, { owner, mode, beforeMaking });
    this.#made.set(id, ensured.made);
    return ensured.made;
  }

  async #remove(location: Location): Promise<Removal | 'in-use'> {
    if (location.within !== null) return await inTime(location, () => this.#rmdir(location));
    await using _hold = await this.#ledger.hold(DIRECTORIES, { timeoutMs: HOLD_TIMEOUT_MS });
    return await this.#removeHeld(location);
  }

  /** Removes a directory on the machine, and its row once nothing of ours is there any more. */
  async #removeHeld(location: Location): Promise<Removal | 'in-use'> {
    if (await this.#ledger.read((rows) => rows.pathInUse(location.path, this.#container ?? ''))) return 'in-use';
    const removal = await this.#removeAndForget(location.path);
    if (isGone(removal)) await this.#removeAbandonedAbove(location.path);
    return removal;
  }

  /**
   * Removes those of ours above a directory that is gone which nobody claims: the last who needed one may have tried
   * before, and have found it not empty because of what has just been removed. What a later step removes is left to it.
   */
  async #removeAbandonedAbove(path: string): Promise<void> {
    for (const above of directoriesAbove(path).slice(1)) {
      const isPlanned = this.#steps.some((step) => step.action === 'removeDirectory' && step.location.path === above);
      if (isPlanned) return;
      const isAbandoned = await this.#ledger.read((rows) => rows.hasDirectory(above) && !rows.pathInUse(above, ''));
      if (!isAbandoned || !isGone(await this.#removeAndForget(above))) return;
    }
  }

  async #removeAndForget(path: string): Promise<Removal> {
    const removal = await this.#rmdir({ within: null, path });
    if (isGone(removal)) await this.#ledger.change((rows) => rows.forgetDirectory(path));
    return removal;
  }

  async #rmdir(location: Location): Promise<Removal> {
    using base = await this.#baseOf(location);
    return await removeDirectory({ within: base.within, path: location.path });
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
}

export interface Removed {
  readonly path: string;
  readonly removal: Removal | 'in-use';
}

/** Whether nothing of ours is at a path any more. */
function isGone(removal: Removal): boolean {
  return removal === 'removed' || removal === 'missing' || removal === 'replaced';
}

/** A volume's filesystem may hang; the machine's own, where directories are made under the hold, does not. */
async function inTime<Result>({ path }: Location, act: () => Promise<Result>): Promise<Result> {
  const late = () => new DeadlineError(`looking at the directory ${JSON.stringify(path)}`, LOOK_TIMEOUT_MS);
  return await withDeadline(act(), LOOK_TIMEOUT_MS, late);
}
