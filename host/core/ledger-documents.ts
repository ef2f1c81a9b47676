/**
 * What a host tells the core of its ledger, what has become of it after a restart, and old checkpoints. Part of the
 * contract in documents.ts.
 */
import type { Finding, LedgerMount, Step, Transport, Verdict, VolumeId, VolumeOption } from './decision-documents.ts';

/** States of a claim and of a volume in the ledger. */
export type LedgerState = 'intended' | 'mounted' | 'uncertain' | 'releasing' | 'released';

/** Whether the mount that the ledger knows is still where it was; `replaced`: there is another one in its place. */
export type MountPresence = 'present' | 'missing' | 'replaced';

/** A volume as the ledger knows it, as far as another container's plan needs it. */
export interface LedgerVolume extends VolumeId {
  readonly options: readonly VolumeOption[];
  readonly mountpoint: string | null;
  /** null when the mountpoint lies on no mount of its own: a plain directory. */
  readonly mount: LedgerMount | null;
  readonly state: LedgerState;
  readonly transport: Transport;
  /** How many other containers claim it. */
  readonly users: number;
  /** What the host saw when it looked; absent when it did not. */
  readonly presence?: MountPresence;
}

/** A directory that the isolator made on the machine. */
export interface LedgerDirectory {
  readonly path: string;
  /** How many claims of other containers have a path at it or under it. */
  readonly users: number;
}

/**
 * First line of the bytes given to `prepare`; the document follows after one line feed, as the user wrote it.
 * `volumes` are the rows whose driver and name match a request of the document without regard to case.
 */
export interface PrepareRequest {
  readonly container: string;
  /** Id of the document's kind; 0 detects it. */
  readonly kind: number;
  /** The host's clock as in `AdmitRequest`; absent or null when it is not known. */
  readonly now?: string | null;
  readonly ledger: { readonly volumes: readonly LedgerVolume[] };
}

/** The bytes given to `cleanup`. `volumes` are those that the container claims. */
export interface CleanupRequest {
  readonly container: string;
  readonly ledger: {
    readonly volumes: readonly LedgerVolume[];
    readonly directories: readonly LedgerDirectory[];
  };
}

/** A volume of the ledger with those that claim it. */
export interface RecoverVolume extends VolumeId {
  readonly options: readonly VolumeOption[];
  readonly mountpoint: string | null;
  readonly mount: LedgerMount | null;
  readonly state: LedgerState;
  readonly transport: Transport;
  /** Containers that claim it; a host that only asks whether anybody does may name one for all. */
  readonly containers: readonly string[];
}

/** A directory that the isolator made on the machine, with those that have a path at it or under it. */
export interface RecoverDirectory {
  readonly path: string;
  /** null when they are too many to name. */
  readonly containers: readonly string[] | null;
}

/** A line of the mount table. Several on one path are stacked, the last one on top. */
export interface RecoverMount {
  readonly path: string;
  readonly id: number;
  readonly device: string;
}

/**
 * The bytes given to `recover`. Each volume is judged by itself, so that a host may ask in parts: any volumes, each
 * with all that claim it, and of the other lists what concerns them.
 */
export interface RecoverRequest {
  /** The machine's boot now. */
  readonly boot: string;
  /** Containers that the runtime says are running. */
  readonly running: readonly string[];
  /** Containers that the runtime knows and will clean up soon: kept until it does. */
  readonly orphans: readonly string[];
  readonly ledger: {
    /** Containers of the ledger; those that claim a volume need not be named here again. */
    readonly containers: readonly string[];
    readonly volumes: readonly RecoverVolume[];
    readonly directories: readonly RecoverDirectory[];
  };
  /** The lines of the mount table whose path is the `mount.path` of a volume. */
  readonly mounts: readonly RecoverMount[];
}

/**
 * What has become of a volume. `in-use`: mounted, and claimed by a container that runs or is an orphan. `orphaned`:
 * mounted by us, and nobody claims it. `missing`: the ledger says mounted, and the mount is gone. `uncertain`: an act
 * on it was begun and never confirmed. `foreign`: another mount is where ours was.
 */
export type VolumeClass = 'in-use' | 'orphaned' | 'missing' | 'uncertain' | 'foreign';

/** What `recover` says of one volume. */
export interface RecoveredVolume extends VolumeId {
  readonly class: VolumeClass;
  /** Why, in words for people. May quote the ledger: never print it raw to a terminal. */
  readonly reason: string;
  readonly mountpoint: string | null;
  /** How many containers that run or are orphans claim it. */
  readonly users: number;
  /** The step that unmounts it; null when it is left alone. */
  readonly step: number | null;
}

/** The answer of `recover`. Its steps are `forget`, `unmountVolume` and `removeDirectory`. */
export interface RecoverPlan {
  readonly abi: string;
  readonly plan: 'recover';
  readonly verdict: Verdict;
  /** Containers of the ledger that are neither running nor orphans, in the order of the request. */
  readonly gone: readonly string[];
  readonly volumes: readonly RecoveredVolume[];
  readonly steps: readonly Step[];
  readonly findings: readonly Finding[];
  /** How many findings were left out, past `limits.findingsMax`; absent when none was. */
  readonly findingsLeftOut?: number;
}

/** One mount of the original's checkpoint, `dvdimounts.pb`. */
export interface CheckpointRow extends VolumeId {
  readonly container: string;
  readonly options: readonly VolumeOption[];
  readonly mountpoint: string | null;
  /** The container path, null when the volume was not isolated. */
  readonly path: string | null;
  readonly transport: Transport;
  readonly explicitCreate: boolean;
}

/** The answer of `importCheckpoint`, which takes the bytes of the file as they are. */
export interface CheckpointImport {
  readonly abi: string;
  /** With or without the length in front; `empty` when there is not a single byte. */
  readonly framing: 'framed' | 'bare' | 'empty';
  /** `deny` when nothing of the file can be trusted; `warn` when some of it was left out. */
  readonly verdict: Verdict;
  readonly rows: readonly CheckpointRow[];
  readonly findings: readonly Finding[];
  /** How many findings were left out, past `limits.findingsMax`; absent when none was. */
  readonly findingsLeftOut?: number;
}

/** The bytes given to `exportCheckpoint`. */
export interface CheckpointExportRequest {
  readonly rows: readonly CheckpointRow[];
}

/** The answer of `exportCheckpoint`. */
export interface CheckpointExport {
  readonly abi: string;
  readonly verdict: Verdict;
  /** The file, framed, in base64; null when the verdict is `deny`. */
  readonly checkpoint: string | null;
  readonly findings: readonly Finding[];
  /** How many findings were left out, past `limits.findingsMax`; absent when none was. */
  readonly findingsLeftOut?: number;
}
