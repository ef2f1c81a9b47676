import type { Core } from '../core/index.ts';
import type { DriverOf } from './drivers.ts';
import type { EventListener } from './isolator-event.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Releases } from './release.ts';

/** What every operation of an isolator works with. */
export interface IsolatorParts {
  readonly core: Core;
  readonly ledger: Ledger;
  readonly driverOf: DriverOf;
  readonly releases: Releases;
  readonly onEvent: EventListener;
}

/** The name under which one isolator alone works on a container. */
export function containerKey(container: string): string {
  return `container ${container}`;
}

/** The container of such a name; null for the name of something else. */
export function containerOfKey(name: string): string | null {
  const prefix = containerKey('');
  return name.startsWith(prefix) ? name.slice(prefix.length) : null;
}

/**
 * Longest that a prepare or cleanup waits for another one on the same container: longer than mounting and the undo of
 * it may take by the policy's defaults.
 */
export const CONTAINER_HOLD_TIMEOUT_MS = 900_000;
