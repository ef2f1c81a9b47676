import type { Finding, Plan, RecoverPlan, Step, Transport, VolumeId } from '../core/documents.ts';
import type { DriverErrorCode } from '../driver/volume-driver.ts';

/** What was decided, and how it ended. `container` is null where an event concerns none, or the whole machine. */
export type DecisionEvent =
  /** A plan is about to be carried out. */
  | { readonly type: 'planned'; readonly container: string; readonly plan: Plan }
  /** What has become of every volume of the ledger; with `isDryRun` nothing is done about it. */
  | {
      readonly type: 'recover-planned';
      readonly container: null;
      readonly plan: RecoverPlan;
      readonly isDryRun: boolean;
    }
  /** Nothing was done: a finding is an error. */
  | { readonly type: 'refused'; readonly container: string | null; readonly findings: readonly Finding[] }
  /** The container was prepared from the same request before: it gets the same answer, and nothing is done. */
  | { readonly type: 'repeated'; readonly container: string }
  /** The container was prepared from another request before: nothing is done. */
  | { readonly type: 'conflict'; readonly container: string }
  /** A prepare, cleanup or recover that was begun has come to its end; `error` is null when it did all of it. */
  | {
      readonly type: 'completed';
      readonly container: string | null;
      readonly operation: 'prepare' | 'cleanup' | 'recover';
      readonly durationMs: number;
      readonly error: unknown;
    };

interface StepEventBase {
  /** null for a step of a recover. */
  readonly container: string | null;
  readonly step: Step;
  readonly phase: 'do' | 'undo';
}

/** One step of a plan, on its way. */
export type StepEvent =
  | ({ readonly type: 'step-started' } & StepEventBase)
  | ({ readonly type: 'step-done'; readonly durationMs: number; readonly note: StepNote | null } & StepEventBase)
  | ({ readonly type: 'step-failed'; readonly durationMs: number; readonly error: unknown } & StepEventBase);

/** What a driver is asked. */
export type DriverOperation = 'mount' | 'unmount' | 'mountpointOf';

/** A call of a volume driver has ended. */
export interface DriverCalledEvent {
  readonly type: 'driver-called';
  /** The container on whose account it was made; null for a retry and the like. */
  readonly container: string | null;
  readonly operation: DriverOperation;
  readonly volume: VolumeId;
  readonly transport: Transport;
  readonly durationMs: number;
  /** `failed` is an error that is not the driver's, which is a defect of ours. */
  readonly outcome: 'done' | DriverErrorCode | 'failed';
  /** Whether the driver may have acted although it failed. */
  readonly isUncertain: boolean;
  /** null when it was done. */
  readonly error: unknown;
}

/** What becomes of a volume that nobody uses any more. */
export type VolumeEvent =
  /** A release failed; the next automatic try is due in `afterMs`. */
  | {
      readonly type: 'retry-scheduled';
      readonly container: string | null;
      readonly volume: VolumeId;
      /** Releases that failed in a row. */
      readonly attempts: number;
      readonly afterMs: number;
      readonly error: unknown;
    }
  /** A retry in the background failed. */
  | { readonly type: 'retry-failed'; readonly container: null; readonly volume: VolumeId; readonly error: unknown };

/** What happened to the ledger. */
export type LedgerEvent =
  /** A name was held by a process that died: it is ours now. */
  | {
      readonly type: 'taken-over';
      /** null when it was a volume that was held. */
      readonly container: string | null;
      /** What was held, for example `container web.1` or `volume rexray data`. */
      readonly hold: string;
      readonly holder: string;
      readonly pid: number;
      /** Milliseconds since 1970. */
      readonly sinceMs: number;
    }
  /** The ledger's file could not be read: it was set aside, and what could be saved was put into a new one. */
  | {
      readonly type: 'ledger-damaged';
      readonly container: null;
      /** Where the damaged file lies now. */
      readonly setAside: string;
      readonly reason: string;
      /** How many containers and volumes the new ledger has from the old one and the mount table. */
      readonly containers: number;
      readonly volumes: number;
    }
  /** A checkpoint of the original was taken over into the ledger. */
  | {
      readonly type: 'checkpoint-imported';
      readonly container: null;
      readonly path: string;
      /** How many mounts it had. */
      readonly rows: number;
      readonly findings: readonly Finding[];
    };

/**
 * What an isolator tells while it works, for progress and logs. No event has the value of a secret option, in whatever
 * field (safe-events.ts). Texts may still quote the document: never print them raw to a terminal.
 */
export type IsolatorEvent = DecisionEvent | StepEvent | DriverCalledEvent | VolumeEvent | LedgerEvent;

/** What a step found out that its plan could not know. */
export type StepNote =
  | { readonly kind: 'mountpoint'; readonly path: string; readonly isMount: boolean }
  /** Directories that were made; none when all were there. */
  | { readonly kind: 'made'; readonly paths: readonly string[] }
  /** What became of a directory that was to be removed; `in-use` when another container has a path there. */
  | { readonly kind: 'removal'; readonly removal: string };

export type EventListener = (event: IsolatorEvent) => void;

/** Whether an event is about one step of a plan. */
export function isStepEvent(event: IsolatorEvent): event is StepEvent {
  return event.type === 'step-started' || event.type === 'step-done' || event.type === 'step-failed';
}
