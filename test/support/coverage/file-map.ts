/** A place in a source, as istanbul counts: lines from 1, columns from 0. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** From the first character up to but without the one at `end`. */
export interface Span {
  readonly start: Position;
  readonly end: Position;
}

/** Where the count of one counter goes: a statement, a function, or one path of a branch. */
export type Slot =
  | readonly ['s', statement: number]
  | readonly ['f', functionId: number]
  | readonly ['b', branch: number, path: number];

export type BranchType = 'if' | 'cond-expr' | 'binary-expr' | 'switch';

/** What istanbul knows of one file; its reports are made from this and the counts. */
export interface FileCoverage {
  path: string;
  statementMap: Record<string, Span>;
  fnMap: Record<string, { name: string; decl: Span; loc: Span; line: number }>;
  branchMap: Record<string, { type: BranchType; loc: Span; locations: Span[]; line: number }>;
  s: Record<string, number>;
  f: Record<string, number>;
  b: Record<string, number[]>;
}

/** One source: what there is to count, and the slot of each of its counters in order. */
export interface FileMap {
  readonly coverage: FileCoverage;
  readonly slots: readonly Slot[];
}

/** Collects what there is to count in one source. Counters are numbered from 0 in the order of the calls. */
export class FileMapBuilder implements FileMap {
  readonly coverage: FileCoverage;
  readonly slots: Slot[] = [];
  readonly #lineStarts: number[] = [0];

  /**
   * @param path as the report shall name the file
   * @param text the source, for line numbers
   */
  constructor(path: string, text: string) {
    this.coverage = { path, statementMap: {}, fnMap: {}, branchMap: {}, s: {}, f: {}, b: {} };
    for (let index = text.indexOf('\n'); index >= 0; index = text.indexOf('\n', index + 1)) {
      this.#lineStarts.push(index + 1);
    }
  }

  /** Adds a statement and gives the number of its counter. */
  addStatement(start: number, end: number): number {
    const id = Object.keys(this.coverage.statementMap).length;
    this.coverage.statementMap[id] = this.#span(start, end);
    this.coverage.s[id] = 0;
    return this.slots.push(['s', id]) - 1;
  }

  /** Adds a function and gives the number of its counter. */
  addFunction(name: string, declaration: readonly [number, number], body: readonly [number, number]): number {
    const id = Object.keys(this.coverage.fnMap).length;
    const decl = this.#span(...declaration);
    this.coverage.fnMap[id] = { name, decl, loc: this.#span(...body), line: decl.start.line };
    this.coverage.f[id] = 0;
    return this.slots.push(['f', id]) - 1;
  }

  /** Adds a branch and gives the number of the first path's counter; those of the other paths follow it. */
  addBranch(type: BranchType, whole: readonly [number, number], paths: readonly (readonly [number, number])[]): number {
    const id = Object.keys(this.coverage.branchMap).length;
    const loc = this.#span(...whole);
    const locations = paths.map((path) => this.#span(...path));
    this.coverage.branchMap[id] = { type, loc, locations, line: loc.start.line };
    this.coverage.b[id] = paths.map(() => 0);
    const first = this.slots.length;
    this.slots.push(...paths.map((_, path): Slot => ['b', id, path]));
    return first;
  }

  #span(start: number, end: number): Span {
    return { start: this.#position(start), end: this.#position(end) };
  }

  /** By bisection: the last line that starts at or before the offset. */
  #position(offset: number): Position {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#lineStarts[low] ?? 0) };
  }
}

/** Adds counts, in the order of the slots, to what a file's coverage has counted already. */
export function addCounts(coverage: FileCoverage, slots: readonly Slot[], counts: ArrayLike<number>): void {
  slots.forEach((slot, index) => {
    const count = counts[index] ?? 0;
    if (slot[0] === 'b') {
      const paths = coverage.b[slot[1]];
      if (paths !== undefined) paths[slot[2]] = (paths[slot[2]] ?? 0) + count;
    } else {
      const counted = coverage[slot[0]];
      counted[slot[1]] = (counted[slot[1]] ?? 0) + count;
    }
  });
}
