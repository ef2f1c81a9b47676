/** What a figure is measured in; every value of a row is in this unit. */
export type Unit = 'µs' | 'ms' | 'bytes';

/** One line of the table: a value, the peer it stands against, and what was promised. */
export interface Row {
  readonly name: string;
  /** What was measured, in a few words, with how many rounds. */
  readonly what: string;
  readonly unit: Unit;
  readonly value: number;
  /** Who did the same work in the same run; null when the promise is about the value itself. */
  readonly peer: { readonly name: string; readonly value: number; readonly ratio: number } | null;
  /** null for what is only shown. */
  readonly target: Target | null;
}

/** A promise: the ratio to the peer, or the value itself, is at most so much. */
export interface Target {
  readonly of: 'ratio' | 'value';
  readonly atMost: number;
  /**
   * `--check` fails past this many times the target: 1 for what is counted, more for what is timed, because machines
   * are noisy.
   */
  readonly tolerance: number;
}

/** One of the promised figures, in a file of its own under bench/figures. */
export interface Figure {
  readonly name: string;
  measure(): Promise<Row[]>;
}

/** How many times over its target a timed figure may be before `--check` fails. */
export const TIMED_TOLERANCE = 1.25;
/** What is counted does not vary. */
export const COUNTED_TOLERANCE = 1;

/** The number that a target is about, divided by the target: at most 1 when it is met; null when there is none. */
export function shareOfTarget({ value, peer, target }: Row): number | null {
  if (target === null) return null;
  if (target.of === 'value') return value / target.atMost;
  if (peer === null) throw new Error('expected a peer for a target that is a ratio');
  return peer.ratio / target.atMost;
}

export function isMet(row: Row): boolean | null {
  const share = shareOfTarget(row);
  return share === null ? null : share <= 1;
}

/** Missed by more than noise explains. */
export function isMissedBadly(row: Row): boolean {
  const share = shareOfTarget(row);
  return share !== null && row.target !== null && share > row.target.tolerance;
}
