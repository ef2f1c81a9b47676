/** What became of a damaged ledger. */
export interface LedgerDamage {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** What was found, in words for people. */
  readonly reason: string;
  /** Where the damaged file is now, absolute. */
  readonly setAside: string;
  /** Rows that were read whole. */
  readonly rowsKept: number;
  /** Rows of which an index still had the name: what else they said is lost, and they are taken as uncertain. */
  readonly rowsMended: number;
  /** Rows that are known to be lost. */
  readonly rowsLost: number;
  /** False when some part could not be read, so that more than `rowsLost` may be missing. */
  readonly isComplete: boolean;
  /**
   * The container that stands for claims that are lost, so that nobody unmounts under those who made them; it ends with
   * this boot of the machine, or by `dvdi cleanup`. null when no claim is known to be lost.
   */
  readonly placeholder: string | null;
}

/** The last ones are kept in the ledger, for `dvdi doctor` and `dvdi ls`. */
export const DAMAGES_MAX = 10;

/** `20261124T001500Z`: sorts by time, and fits into a file's name. */
export function dated(atMs: number): string {
  return new Date(atMs).toISOString().replace(/[-:]|\.\d+/g, '');
}

/** Reports as they stand in `meta`; what cannot be read there is no report. */
export function parseDamages(text: string | null): LedgerDamage[] {
  try {
    const value: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(value) ? value.filter((item) => typeof item?.setAside === 'string') : [];
  } catch {
    return [];
  }
}
