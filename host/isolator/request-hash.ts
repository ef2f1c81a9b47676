import { createHash } from 'node:crypto';

/** What a container is prepared from. */
export interface HashedRequest {
  readonly kind: number;
  readonly document: Uint8Array | string;
  /** The bytes of the policy in force; none for the defaults. */
  readonly policy: Uint8Array;
}

/**
 * Tells one request from another, so that the same one gets the same answer and another one is a conflict (the rule of
 * the CSI for calls that are repeated). Each part stands behind its length: no two requests run into the same bytes.
 */
export function requestHash({ kind, document, policy }: HashedRequest): string {
  const bytes = typeof document === 'string' ? Buffer.from(document) : document;
  return createHash('sha256')
    .update(`prepare/1 ${kind} ${policy.byteLength} ${bytes.byteLength}\n`)
    .update(policy)
    .update(bytes)
    .digest('hex');
}
