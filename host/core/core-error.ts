import type { Fault } from './documents.ts';

/** Why a call of the core gave no answer; every code has its section in docs/errors.md. */
export type CoreErrorCode =
  /** An assertion of the core failed: our bug, never the document's fault. The instance was replaced. */
  | 'core-fault'
  /** The file is no core, or one of an ABI that this host does not speak. */
  | 'core-abi'
  /** The request is larger than the core takes at all (`limits.requestSizeMaxBytes`). */
  | 'core-request-too-large';

/** A call of the core that gave no answer. Findings are answers, not errors. */
export class CoreError extends Error {
  override readonly name = 'CoreError';
  readonly code: CoreErrorCode;
  /** The failed assertion, for `core-fault`. */
  readonly fault: Fault | null;
  // Private, so that no logger prints it: a request may hold secrets.
  readonly #request: Uint8Array;

  constructor(message: string, fields: { code: CoreErrorCode; fault?: Fault; request?: Uint8Array; cause?: unknown }) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.code = fields.code;
    this.fault = fields.fault ?? null;
    this.#request = fields.request ?? new Uint8Array();
  }

  /** SHA-256 of the request, in hexadecimal: enough to find the document again, not enough to read it. */
  async requestHash(): Promise<string> {
    const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(this.#request));
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
  }
}
