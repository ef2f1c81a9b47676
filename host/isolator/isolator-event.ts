import type { Plan, Step } from '../core/documents.ts';

interface StepEventBase {
  readonly container: string;
  readonly step: Step;
  readonly phase: 'do' | 'undo';
}

/** What an isolator tells while it works, for progress and logs. Texts in it may quote the document. */
export type IsolatorEvent =
  /** A plan is about to be carried out. */
  | { readonly type: 'planned'; readonly container: string; readonly plan: Plan }
  | ({ readonly type: 'step-started' } & StepEventBase)
  | ({ readonly type: 'step-done'; readonly durationMs: number; readonly note: StepNote | null } & StepEventBase)
  | ({ readonly type: 'step-failed'; readonly durationMs: number; readonly error: unknown } & StepEventBase);

/** What a step found out that its plan could not know. */
export type StepNote =
  | { readonly kind: 'mountpoint'; readonly path: string; readonly isMount: boolean }
  /** Directories that were made; none when all were there. */
  | { readonly kind: 'made'; readonly paths: readonly string[] }
  /** What became of a directory that was to be removed; `in-use` when another container has a path there. */
  | { readonly kind: 'removal'; readonly removal: string };

export type EventListener = (event: IsolatorEvent) => void;
