/**
 * What the page and its worker say to one another.
 */
import type { Admission, Configuration, Description, Plan } from '../../core/index.ts';

/** Texts to judge. */
export interface CheckRequest {
  /** Names the answer; later ones are larger. */
  readonly id: number;
  readonly document: string;
  readonly policy: string;
  /** Id of the document's kind, 0 for detection. */
  readonly kind: number;
  /** The browser's clock, RFC 3339 in UTC: exceptions of the policy expire by it. */
  readonly now: string;
}

/** The core that the worker has loaded. */
export interface LoadedCore {
  readonly description: Description;
  /** Of the file's bytes as they came, in hexadecimal. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** What was decided. */
export interface Check {
  readonly configuration: Configuration;
  /** null when the policy is not valid: then nothing is decided under it. */
  readonly admission: Admission | null;
  /** What an agent without other containers would do; null as above, or when the document has not just one task. */
  readonly plan: Plan | null;
}

/** Why there is no answer. */
export interface CheckFailure {
  /** Code of a CoreError, `core-deadline` or `core-not-loaded`. */
  readonly code: string;
  readonly message: string;
  /** SHA-256 of the document, to report it without showing it; null when no document is to blame. */
  readonly documentSha256: string | null;
}

/** What comes from the worker. */
export type WorkerMessage =
  | { readonly about: 'core'; readonly core: LoadedCore }
  | { readonly about: 'core-not-loaded'; readonly failure: CheckFailure }
  | { readonly about: 'check'; readonly id: number; readonly check: Check }
  | { readonly about: 'failure'; readonly id: number; readonly failure: CheckFailure };
