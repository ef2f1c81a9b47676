/**
 * Finds, in eight bytes at once, those that a JSON string cannot hold as they are or that are more than one ASCII
 * character: a quote, a backslash, a control character, anything outside ASCII.
 * @returns a word with the highest bit set in the byte of the first of them; the bytes above it may be wrong, since the
 *   subtractions borrow upwards; 0 when there is none
 */
// @ts-ignore: decorator
@inline
export function specialBytes(word: u64): u64 {
  // The usual test for a zero byte, (x - 01…) & ~x & 80…, on the word xor each of the two characters, and the same
  // subtraction for "below 0x20".
  const quote = word ^ 0x2222222222222222;
  const backslash = word ^ 0x5c5c5c5c5c5c5c5c;
  const found =
    ((quote - 0x0101010101010101) & ~quote) |
    ((backslash - 0x0101010101010101) & ~backslash) |
    ((word - 0x2020202020202020) & ~word) |
    word;
  return found & 0x8080808080808080;
}
