import type { VolumeId } from '../core/documents.ts';
import { Limiter } from './limiter.ts';
import type { Release, ReleaseOptions, Releases } from './release.ts';

/** How many volumes of one driver are released at a time: each call may be a process. */
const PER_DRIVER_MAX = 32;

/** Releases many volumes side by side; a driver that hangs keeps no volume of another one waiting. */
export class BatchRelease {
  readonly #releases: Releases;
  readonly #limiters = new Map<string, Limiter>();

  constructor(releases: Releases) {
    this.#releases = releases;
  }

  /** @throws {LedgerError} when the ledger itself fails. */
  async release(volume: VolumeId, options: ReleaseOptions): Promise<Release> {
    let limiter = this.#limiters.get(volume.driver);
    if (limiter === undefined) {
      limiter = new Limiter(PER_DRIVER_MAX);
      this.#limiters.set(volume.driver, limiter);
    }
    return await limiter.run(() => this.#releases.release(volume, options));
  }

  async releaseAll(volumes: readonly VolumeId[], options: ReleaseOptions): Promise<Release[]> {
    return await Promise.all(volumes.map((volume) => this.release(volume, options)));
  }
}
