import type { Verdict } from '../../core/documents.ts';

/** A policy that the core has accepted. */
export interface Policy {
  /** Empty for the core's defaults. */
  readonly bytes: Uint8Array;
  /** Of the bytes, in hexadecimal digits. */
  readonly sha256: string;
}

/** What a worker is started with. */
export interface WorkerStart {
  readonly module: WebAssembly.Module;
  readonly policy: Policy;
}

/** What a worker is asked for. */
export type WorkerOrder =
  | {
      readonly type: 'admit';
      /** Id of the document's kind; 0 detects it. */
      readonly kind: number;
      /** The host's clock, RFC 3339 in UTC. */
      readonly now: string;
      /** As its author wrote it. */
      readonly document: Uint8Array;
    }
  /** Holds for all orders after it. */
  | { readonly type: 'configure'; readonly policy: Policy };

/**
 * What an answer says, for headers, metrics and the log; read in the worker, so that the main thread parses nothing.
 */
export interface AdmissionSummary {
  readonly kind: string;
  readonly verdict: Verdict;
  /** How many findings of each code there are. */
  readonly codes: Readonly<Record<string, number>>;
  /** Codes of the findings that are errors, each once. */
  readonly errorCodes: readonly string[];
  /** Whether findings were left out of the answer: its list of errors is then not whole. */
  readonly isCut: boolean;
  /** SHA-256 of the document, in hexadecimal digits. */
  readonly documentSha256: string;
  /** SHA-256 of the policy that it was judged by. */
  readonly policySha256: string;
}

/** What a worker says. */
export type WorkerReport =
  | { readonly type: 'ready' }
  | { readonly type: 'admitted'; readonly answer: Uint8Array; readonly summary: AdmissionSummary }
  | { readonly type: 'failed'; readonly code: string; readonly message: string };
