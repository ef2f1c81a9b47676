import { Text } from "../json/text";
import { LedgerMount, Presence } from "./ledger-mount";
import { TransportKind } from "./transport-kind";

/** States of a volume in the ledger; design.md, "Ledger". */
export const enum LedgerState {
  Intended,
  Mounted,
  Uncertain,
  Releasing,
  Released,
}

/** Numbers of the names, in the order of `LedgerState`; -1 for any other text. */
export function ledgerStateOf(name: Text): i32 {
  if (name.equals("intended")) return LedgerState.Intended;
  if (name.equals("mounted")) return LedgerState.Mounted;
  if (name.equals("uncertain")) return LedgerState.Uncertain;
  if (name.equals("releasing")) return LedgerState.Releasing;
  return name.equals("released") ? LedgerState.Released : -1;
}

/** One option of a volume that is mounted. */
export class RowOption {
  constructor(
    readonly key: Text,
    readonly value: Text,
  ) {}
}

/** A way to a driver. */
export class Transport {
  constructor(
    readonly kind: TransportKind,
    /** Absolute path of dvdcli; empty for a plugin. */
    readonly executable: Text,
  ) {}
}

/** A volume as the ledger knows it. */
export class LedgerVolume {
  /** null when the mountpoint lies on no mount of its own, or none is known. */
  mount: LedgerMount | null = null;
  /** What the host saw when it looked. */
  presence: Presence = Presence.Present;

  constructor(
    readonly driver: Text,
    readonly name: Text,
    readonly options: RowOption[],
    readonly mountpoint: Text | null,
    readonly state: LedgerState,
    readonly transport: Transport,
    /** How many other containers claim it. */
    readonly users: i32,
  ) {}

  /** Mounted for certain, at a known place. */
  get isMounted(): bool {
    return this.state == LedgerState.Mounted && this.mountpoint !== null && this.presence == Presence.Present;
  }

  /** Mounted, says the ledger, and its mount is not there. */
  get isVanished(): bool {
    return this.state == LedgerState.Mounted && this.presence != Presence.Present;
  }

  /** The mount that may be unmounted as ours: the one that the ledger knows, unless it is seen to be gone. */
  get ownMount(): LedgerMount | null {
    return this.presence == Presence.Present ? this.mount : null;
  }
}

/** A directory that the isolator made. */
export class LedgerDirectory {
  constructor(
    readonly path: Text,
    /** How many claims of other containers are at it or under it. */
    readonly users: i32,
  ) {}
}
