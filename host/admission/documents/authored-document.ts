import type { Finding } from '../../core/documents.ts';

/** One document as its author wrote it, and as the core reads it. */
export interface AuthoredDocument {
  /** What the user calls the file; `<stdin>` for standard input. */
  readonly name: string;
  /** 1-based position in a file of several YAML documents; null when it is the only one. */
  readonly index: number | null;
  readonly format: 'json' | 'yaml';
  /** The whole file. */
  readonly source: Uint8Array;
  /** What the core is given: the file's own bytes, or the JSON that a YAML document stands for. */
  readonly json: Uint8Array;
  /** Moves the place of a finding from `json` to `source`. */
  place(finding: Finding): Finding;
}

/** What a document is called in a list: the file, and its number where the file has several. */
export function documentTitle({ name, index }: Pick<AuthoredDocument, 'name' | 'index'>): string {
  return index === null ? name : `${name} (document ${index})`;
}
