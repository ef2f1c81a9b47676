import { REQUEST_SIZE_MAX_BYTES } from "../limits";

/**
 * The memory of one call. `--runtime stub` only ever moves a pointer forward; each `allocate` of the host moves it
 * back, so that a call costs no more than what it uses and a million calls stay as flat as one. What must outlive a
 * call (the policy) is kept at the bottom, below the mark that a reset goes back to.
 */

/** Room past the end of a request: readers may look at eight bytes at once. */
const PADDING_BYTES: usize = 16;

/** Bytes at the bottom of the heap that a reset leaves alone. */
let keptBytes: usize = 0;
let requestStart: usize = 0;
let requestSize: usize = 0;

/** Frees all of the previous call, except what is kept. */
export function resetArena(): void {
  heap.reset();
  if (keptBytes > 0) heap.alloc(keptBytes);
  requestStart = 0;
  requestSize = 0;
}

/** Frees everything, what is kept as well. */
export function resetWholeArena(): void {
  keptBytes = 0;
  resetArena();
}

/** Keeps all that has been allocated since `resetWholeArena`. */
export function keepArena(): void {
  const top = heap.alloc(0);
  heap.reset();
  const bottom = heap.alloc(0);
  keptBytes = top - bottom;
  heap.reset();
  heap.alloc(keptBytes);
}

/** Where the arena ends now, for `rewindArena`. */
export function arenaMark(): usize {
  return heap.alloc(0);
}

/** Frees all that was allocated since a mark. */
export function rewindArena(mark: usize): void {
  heap.reset();
  const bottom = heap.alloc(0);
  heap.reset();
  heap.alloc(mark - bottom);
}

/**
 * Gives the request buffer of the next call.
 * @param size in bytes
 * @returns its address, or 0 when the size is negative or over the limit
 */
export function allocateRequest(size: i32): usize {
  resetArena();
  if (size < 0 || size > REQUEST_SIZE_MAX_BYTES) return 0;
  requestStart = allocateBytes(<usize>size);
  requestSize = <usize>size;
  return requestStart;
}

/** Allocates bytes with the padding that readers rely on. */
export function allocateBytes(size: usize): usize {
  return heap.alloc(size + PADDING_BYTES);
}

/** True when the bytes are the request buffer of this call, or its beginning. */
export function isRequest(pointer: usize, length: i32): bool {
  return requestStart != 0 && pointer == requestStart && length >= 0 && <usize>length <= requestSize;
}
