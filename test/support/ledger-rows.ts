import type { Claim, LedgerMount } from '../../host/core/documents.ts';
import type { LedgerWriter, NewContainer, VolumeNote } from '../../host/isolator/ledger/ledger.ts';

/** A claim of a container, as a plan has it. */
export function claimOf(container: string, name: string, path: string | null = null, driver = 'rexray'): Claim {
  return { container, driver, name, options: [], path, mode: 'rw', transport: { kind: 'plugin' }, step: 0 };
}

export function newContainer(container: string): NewContainer {
  return { container, requestHash: `hash of ${container}`, process: null };
}

/** A container that is prepared, with its claims; the volumes are mounted. */
export function addPrepared(rows: LedgerWriter, container: string, names: readonly string[], path?: string): void {
  const claims = names.map((name) => claimOf(container, name, path));
  rows.intend(newContainer(container), claims);
  for (const claim of claims) rows.noteVolume(claim, mountedAt(`/mnt/${claim.name}`));
  rows.finish(container, JSON.stringify({ container }));
}

export function mountedAt(mountpoint: string, mount: LedgerMount | null = null): VolumeNote {
  return { state: 'mounted', mountpoint, mount };
}

export const RELEASED: VolumeNote = { state: 'released', mountpoint: null, mount: null };
