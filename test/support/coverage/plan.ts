import type { FileMap } from './file-map.ts';

/**
 * Address of the first counter, in bytes. What lies below stays empty, so that a null pointer and a small offset from
 * it never reach a counter.
 */
export const COUNTERS_START = 1024;

/** What there is to count in a folder of sources, and where in memory the counts of each file begin. */
export interface CoveragePlan {
  /** By path relative to the root, with `/`. */
  readonly files: Readonly<Record<string, FileMap & { readonly firstCounter: number }>>;
  readonly counterCount: number;
}

/** Address of counter `index`, in bytes. */
export function counterAddress(index: number): number {
  return COUNTERS_START + index * Uint32Array.BYTES_PER_ELEMENT;
}
