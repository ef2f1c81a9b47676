/** `missing`: a task cannot be run; `note`: something works less well, or only some uses are affected. */
export type CheckLevel = 'ok' | 'note' | 'missing';

/** One thing that `dvdi doctor` looked at. */
export interface Check {
  /** Stable, for programs that read `--json`. */
  readonly id: string;
  readonly level: CheckLevel;
  /** What was looked at. */
  readonly title: string;
  /** What was found. May quote the machine: never print it raw to a terminal. */
  readonly found: string;
  /** How to mend it; null when there is nothing to mend. */
  readonly remedy: string | null;
}

/** A check that is fine, or at the given level with its remedy. */
export function check(id: string, title: string, found: string, fault?: [Exclude<CheckLevel, 'ok'>, string]): Check {
  return { id, title, found, level: fault?.[0] ?? 'ok', remedy: fault?.[1] ?? null };
}
