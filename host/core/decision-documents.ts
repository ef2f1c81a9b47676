/**
 * What the core says: findings, inspections, plans with their steps, admissions. Part of the contract in documents.ts.
 */

/** How bad a finding is. Any `error` makes the verdict `deny` and leaves the plan without steps. */
export type Severity = 'info' | 'warning' | 'error';

/** The answer to "may this run": `deny` when a finding is an error, `warn` when one is a warning. */
export type Verdict = 'allow' | 'warn' | 'deny';

/** A mistake in a document, a policy or a request, and how to mend it. */
export interface Finding {
  /** Stable code from the catalogue, for example `option-without-value`. */
  readonly code: string;
  readonly severity: Severity;
  /** What was expected and what was got. May quote the document: never print it raw to a terminal. */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
  /** What the position refers to: the document, the policy, or the host's own request. */
  readonly in: 'document' | 'policy' | 'request';
  /** RFC 6901 JSON pointer of the value the finding is about; null when the bytes are not JSON. */
  readonly pointer: string | null;
  /** Byte offset, 0-based; null when the finding has no place in the bytes. */
  readonly offset: number | null;
  /** 1-based line. */
  readonly line: number | null;
  /** 1-based column in UTF-16 code units, as editors and SARIF count. */
  readonly column: number | null;
  /** Length in bytes of the text at fault; 0 when only a point is known. */
  readonly length: number | null;
  /** Mends it mechanically: applied twice is applied once, and it never relaxes a rule. Absent when there is none. */
  readonly fix?: readonly PatchOperation[];
  /** The policy's exception that covers it, absent when there is none: the finding is then an `info`. */
  readonly exception?: { readonly reason: string; readonly expires: string | null };
}

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** One operation of a JSON Patch (RFC 6902). */
export type PatchOperation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: JsonValue }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'move'; readonly from: string; readonly path: string };

/** One rule of the catalogue. */
export interface Rule {
  readonly code: string;
  readonly title: string;
  readonly severity: Severity;
  /** Severity under a policy with `strict`. */
  readonly strict: Severity;
  /** The lowest severity that a policy may give it; `error` when no policy can change it or make exceptions. */
  readonly lowest: Severity | 'off';
  readonly hint: string;
}

/** The answer of `describe()`. */
export interface Description {
  /** `major.minor`. */
  readonly abi: string;
  readonly name: string;
  readonly version: string;
  /** Every limit by name, in the unit its name ends in. */
  readonly limits: Readonly<Record<string, number>>;
  readonly kinds: readonly { readonly id: number; readonly name: string; readonly title: string }[];
  readonly rules: readonly Rule[];
  /** Every policy field with its type, default and meaning. */
  readonly policy: readonly {
    readonly field: string;
    readonly type: string;
    readonly default: string;
    readonly title: string;
    /** JSON Schema (2020-12) of the value; `$defs/severities` and `$defs/codes` follow from `rules`. */
    readonly schema: JsonValue;
  }[];
}

/** One option of a volume, in the order in which the user wrote it. */
export interface VolumeOption {
  readonly key: string;
  readonly value: string;
  /** True when the value must not reach a log, an error or a terminal. */
  readonly secret: boolean;
}

/** The identity of a volume: the exact pair (design.md, "identity of a volume"). */
export interface VolumeId {
  readonly driver: string;
  readonly name: string;
}

/** A volume that a document asks for, its texts as the user wrote them. */
export interface VolumeRequest extends VolumeId {
  readonly origin: 'environment' | 'docker-volume' | 'external';
  /** The digit of the variables, `""` for none; null when the request does not come from variables. */
  readonly slot: string | null;
  readonly options: readonly VolumeOption[];
  /** True when the volume must exist already. */
  readonly explicitCreate: boolean;
  /** The dvdcli the document names, or null. */
  readonly dvdcli: string | null;
  /** Container path as written, or null when the volume is mounted on the host only. */
  readonly path: string | null;
  readonly mode: 'rw' | 'ro';
  /** Where the request stands: byte offset of its name, or of what the name is missing from, 0-based. */
  readonly offset: number;
}

/** What the document says about the task itself; only `dvdi run` needs it. */
export interface Task {
  /** True: `value` is a line for `/bin/sh -c`. False: `arguments` is the whole argv and `value` the file to execute. */
  readonly shell: boolean;
  readonly value: string | null;
  readonly arguments: readonly string[];
  /** User the task runs as; null for the caller's. */
  readonly user: string | null;
  /** null is a value that is not known here, for example a secret. */
  readonly environment: readonly { readonly name: string; readonly value: string | null }[];
  /** The sandbox directory, absolute; null when the document names none. */
  readonly directory: string | null;
  readonly rootfs: string | null;
}

/** The answer of `inspect`. */
export interface Inspection {
  readonly abi: string;
  readonly kind: string;
  /** Why this kind was taken. */
  readonly detected: string;
  /** Container id named by the document (nested ids joined with a dot), or null. */
  readonly container: string | null;
  readonly verdict: Verdict;
  readonly requests: readonly VolumeRequest[];
  /** null when the document describes no task, for example a raw environment. */
  readonly task: Task | null;
  readonly findings: readonly Finding[];
  /** How many findings were left out, past `limits.findingsMax`; absent when none was. */
  readonly findingsLeftOut?: number;
}

/** The answer of `configure`. The old policy stays in force when the verdict is `deny`. */
export interface Configuration {
  readonly abi: string;
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  /** How many findings were left out, past `limits.findingsMax`; absent when none was. */
  readonly findingsLeftOut?: number;
}

/** A place on the machine. */
export interface Location {
  /**
   * What `path` is resolved under: null for the machine's root, a string for an absolute directory (a rootfs or a
   * sandbox), `{ step }` for the mountpoint that the step yields. Under anything but null no link is ever followed.
   */
  readonly within: null | string | { readonly step: number };
  /** Absolute, normalised: no `.`, `..`, `//` or trailing slash. */
  readonly path: string;
}

/** How a host speaks to the volume driver. */
export type Transport =
  | { readonly kind: 'plugin' }
  /** `executable` is an absolute path that policy allows. */
  | { readonly kind: 'dvdcli'; readonly executable: string };

interface StepBase {
  /** Position in the plan's list, 0-based. */
  readonly id: number;
  /** Steps that must have been done before this one. */
  readonly after: readonly number[];
}

export interface RequireDirectoryStep extends StepBase {
  readonly action: 'requireDirectory';
  readonly location: Location;
  readonly undo: null;
}

export interface EnsureDirectoryStep extends StepBase {
  readonly action: 'ensureDirectory';
  readonly location: Location;
  /**
   * Owner of what is made: root, or the owner of the directory it is made in (a sandbox belongs to the task's user).
   */
  readonly owner: 'root' | 'parent';
  /** Mode of what is made, for example 493 (0755). */
  readonly mode: number;
  /** Removes only what this step made, deepest first, with rmdir, and only where no other claim needs it. */
  readonly undo: { readonly action: 'removeDirectory' };
}

export interface MountVolumeStep extends StepBase {
  readonly action: 'mountVolume';
  readonly volume: VolumeId;
  readonly options: readonly VolumeOption[];
  /** Whether the driver may create the volume when it does not exist. */
  readonly create: boolean;
  /**
   * Whether the driver is asked to unmount the volume first: an earlier act on it was never confirmed, or its mount is
   * gone although nobody released it, so that the driver may still count it as mounted. That this fails is no failure
   * of the step.
   */
  readonly releaseFirst: boolean;
  readonly transport: Transport;
  readonly timeoutMs: number;
  /** The mountpoint must be one of these directories or under one; empty for anywhere. */
  readonly mountRoots: readonly string[];
  readonly undo: { readonly action: 'unmountVolume'; readonly timeoutMs: number };
}

export interface ReuseVolumeStep extends StepBase {
  readonly action: 'reuseVolume';
  readonly volume: VolumeId;
  readonly mountpoint: string;
  readonly undo: null;
}

export interface MatchOwnerStep extends StepBase {
  readonly action: 'matchOwner';
  /** The step whose mountpoint takes owner and mode. */
  readonly volume: number;
  /** The step whose directory gives them. */
  readonly directory: number;
  readonly undo: null;
}

/** Carried out in the container's own mount namespace, by whoever starts the task, in the order of `launch.binds`. */
export interface BindStep extends StepBase {
  readonly action: 'bind';
  /** The step whose mountpoint is bound. */
  readonly source: number;
  readonly target: Location;
  readonly recursive: boolean;
  readonly readOnly: boolean;
  readonly undo: null;
}

export interface UnmountVolumeStep extends StepBase {
  readonly action: 'unmountVolume';
  readonly volume: VolumeId;
  readonly mountpoint: string | null;
  /**
   * The mount that the ledger knows as ours. Once the driver has answered, what is left of it (a driver that said yes
   * and did nothing, mounts stacked on one another) is unmounted without it; null: only the driver unmounts.
   */
  readonly mount: LedgerMount | null;
  readonly transport: Transport;
  readonly timeoutMs: number;
  readonly undo: null;
}

export interface RemoveDirectoryStep extends StepBase {
  readonly action: 'removeDirectory';
  /** Removed with rmdir; a directory that is gone or not empty is not a failure. */
  readonly location: Location;
  readonly undo: null;
}

/** Drops a container, with all of its claims, from the ledger. */
export interface ForgetStep extends StepBase {
  readonly action: 'forget';
  readonly container: string;
  readonly undo: null;
}

export type Step =
  | RequireDirectoryStep
  | EnsureDirectoryStep
  | MountVolumeStep
  | ReuseVolumeStep
  | MatchOwnerStep
  | BindStep
  | UnmountVolumeStep
  | RemoveDirectoryStep
  | ForgetStep;

/** What the container will hold once the plan is carried out; goes into the ledger. */
export interface Claim extends VolumeId {
  readonly container: string;
  readonly options: readonly VolumeOption[];
  /** Normalised path as the container sees it, or null. */
  readonly path: string | null;
  readonly mode: 'rw' | 'ro';
  readonly transport: Transport;
  /** The step that yields the mountpoint. */
  readonly step: number;
}

/** One argument of a command: a text, or the mountpoint that a step yields. */
export type Argument = string | { readonly step: number };

/** What a container runtime needs to start the task. */
export interface Launch {
  /** False when nothing is bound: the container then keeps the namespace it has. */
  readonly newMountNamespace: boolean;
  readonly propagation: 'slave';
  /** Ids of the bind steps, in the order in which they are made. */
  readonly binds: readonly number[];
  /** The same as argv, for runtimes that take commands only. Never a shell line. */
  readonly commands: readonly (readonly Argument[])[];
}

/** The answer of `prepare` and `cleanup`. */
export interface Plan {
  readonly abi: string;
  readonly plan: 'prepare' | 'cleanup';
  readonly container: string;
  readonly verdict: Verdict;
  readonly claims: readonly Claim[];
  readonly steps: readonly Step[];
  readonly launch: Launch;
  readonly findings: readonly Finding[];
  /** How many findings were left out, past `limits.findingsMax`; absent when none was. */
  readonly findingsLeftOut?: number;
}

/** First line of the bytes given to `admit`; the document follows after one line feed. */
export interface AdmitRequest {
  /** Id of the document's kind; 0 detects it. */
  readonly kind: number;
  /** The caller's clock, RFC 3339 in UTC; null when it is not known: an exception that expires then does not hold. */
  readonly now: string | null;
}

/** What is said of one task of a document: an app, a container of a pod, a job. */
export interface AdmittedTask {
  /** Absolute where the document tells; `pod/container` in a pod. */
  readonly id: string | null;
  /** RFC 6901 pointer of the task in the document. */
  readonly pointer: string;
  /** Of the findings that concern it. */
  readonly verdict: Verdict;
  readonly volumes: readonly (VolumeId & { readonly path: string | null })[];
}

/** The answer of `admit`. */
export interface Admission {
  readonly abi: string;
  readonly kind: string;
  /** Why this kind was taken. */
  readonly detected: string;
  /** Of the whole document. */
  readonly verdict: Verdict;
  readonly tasks: readonly AdmittedTask[];
  readonly findings: readonly Finding[];
  /** How many findings were left out, past `limits.findingsMax`; absent when none was. */
  readonly findingsLeftOut?: number;
}

/** The mount that a volume's mountpoint lies on, as it was right after the driver had mounted it. */
export interface LedgerMount {
  /** Where the mount's root is: the mountpoint itself, or a directory above it. */
  readonly path: string;
  /** The kernel's id of the mount; used again once the mount is gone. */
  readonly id: number;
  /** `major:minor` of its device; tells a mount apart from a later one with the same id. */
  readonly device: string;
  /** The boot of the machine in which it was seen: no mount outlives it. */
  readonly boot: string;
}

/** The answer of `fault`: the failed assertion of the last trap; null fields when there was none. */
export interface Fault {
  readonly message: string | null;
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
}
