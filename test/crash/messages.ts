/** What the harness and its worker say to each other: one JSON object a line. */

/** Where the parts of one volume are; known before the first kill, since they never change. */
export interface VolumePlaces {
  readonly image: string;
  readonly mountpoint: string;
  /** The file with known bytes in it, seen through the mountpoint. */
  readonly file: string;
}

export interface WorkerOptions {
  readonly stateDirectory: string;
  readonly sockets: string;
  readonly core: string;
  readonly volumes: Readonly<Record<string, VolumePlaces>>;
}

export interface Action {
  readonly operation: 'prepare' | 'cleanup';
  readonly container: string;
  /** What it asks for; of a cleanup it is not looked at. */
  readonly document: string;
  readonly volumes: readonly string[];
}

export type Task = {
  /** Which effect is the last one, from 1; null for none. */
  readonly killAt: number | null;
} & (
  | { readonly task: 'work'; readonly actions: readonly Action[] }
  | { readonly task: 'recover'; readonly running: readonly string[]; readonly orphans: readonly string[] }
);

/** What tells one mount of a volume from any other. */
export interface MountStamp {
  readonly id: number;
  /** How often the filesystem was ever mounted, from its superblock: ids are given again, this number never is. */
  readonly mountCount: number;
}

/** What the ledger has once a task is done. */
export interface LedgerView {
  readonly containers: readonly { readonly container: string; readonly state: string }[];
  readonly volumes: readonly { readonly name: string; readonly state: string; readonly users: number }[];
}

export type Message =
  | { readonly type: 'ready' }
  | { readonly type: 'prepared'; readonly container: string; readonly stamps: Record<string, MountStamp | null> }
  /** The effect at which the worker is about to kill itself. */
  | { readonly type: 'dying'; readonly at: string }
  | Done;

export interface Done {
  readonly type: 'done';
  readonly failures: readonly string[];
  readonly ledger: LedgerView;
}

/** How a task ended: done, or with the worker killed, where it said so, and what failed of the others beside it. */
export type TaskEnd =
  | { readonly killed: false; readonly done: Done }
  | { readonly killed: true; readonly at: string; readonly failures: readonly string[] };

/** Whatever has isolators on one state directory, and can be killed in the middle of a task. */
export interface Worker {
  /** Has a task done. @param killAfterMs when to kill it from outside; null for never */
  perform(task: Task, killAfterMs: number | null, onMessage: (message: Message) => void): Promise<TaskEnd>;
  /** Lets it end by itself. */
  end(): Promise<void>;
  /** Ends it, whatever it does. */
  kill(): Promise<void>;
}
