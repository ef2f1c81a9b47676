/** Size of a buffer that small answers share, in bytes. */
const SHARED_SIZE_BYTES = 32 * 1024;
/** Largest answer that goes into a shared buffer, in bytes: an answer that is kept keeps the whole buffer. */
const SMALL_SIZE_MAX_BYTES = 4 * 1024;

let shared = new Uint8Array(SHARED_SIZE_BYTES);
let usedBytes = 0;

/**
 * Copies an answer out of the core's memory. A small one becomes a part of a buffer that it shares with others, as
 * Node's Buffers do: a buffer of its own takes longer to make than to fill, and longer again to collect.
 * @returns bytes that nobody writes again; their `buffer` may hold more than them
 */
export function copyAnswer(answer: Uint8Array): Uint8Array {
  const length = answer.byteLength;
  if (length > SMALL_SIZE_MAX_BYTES) return answer.slice();
  if (usedBytes + length > SHARED_SIZE_BYTES) {
    shared = new Uint8Array(SHARED_SIZE_BYTES);
    usedBytes = 0;
  }
  const copy = shared.subarray(usedBytes, usedBytes + length);
  usedBytes += length;
  copy.set(answer);
  return copy;
}
