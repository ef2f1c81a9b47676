/** How far past the end of a text may be read: eight bytes are looked at together. */
export const PADDING_BYTES: usize = 8;

/** Memory for the bytes of a text, which may be read eight at a time. */
export function allocateText(size: usize): usize {
  return heap.alloc(size + PADDING_BYTES);
}

/** Copies bytes, eight at a time: up to seven more than `size` are read and written over. */
export function copyBytes(to: usize, from: usize, size: usize): void {
  const end = to + size;
  while (to < end) {
    store<u64>(to, load<u64>(from));
    to += 8;
    from += 8;
  }
}

/** Eight bytes, each of them `byte`. */
// @ts-ignore: decorator
@inline
export function eightTimes(byte: u8): u64 {
  return <u64>byte * 0x0101010101010101;
}

/**
 * Finds a byte, eight at a time.
 * @returns its address, or `end`
 */
export function findByte(at: usize, end: usize, byte: u8): usize {
  const pattern = eightTimes(byte);
  while (at < end) {
    // The usual test for a zero byte; the lowest mark is right, those above it may not be.
    const other = load<u64>(at) ^ pattern;
    const marks = (other - 0x0101010101010101) & ~other & 0x8080808080808080;
    if (marks != 0) return min(at + <usize>(ctz(marks) >> 3), end);
    at += 8;
  }
  return end;
}

/** The highest bit of each byte from `low` to `high`, both below 0x80; wrong for bytes outside of ASCII. */
// @ts-ignore: decorator
@inline
export function inRange(word: u64, low: u8, high: u8): u64 {
  const ascii = word & eightTimes(0x7f);
  return (ascii + eightTimes(0x80 - low)) & ~(ascii + eightTimes(0x7f - high));
}

/** True when two runs of bytes are the same; eight at a time. */
export function areEqual(one: usize, other: usize, length: i32): bool {
  const end = one + <usize>length;
  while (one + 8 <= end) {
    if (load<u64>(one) != load<u64>(other)) return false;
    one += 8;
    other += 8;
  }
  const rest = end - one;
  return rest == 0 || ((load<u64>(one) ^ load<u64>(other)) << ((8 - rest) << 3)) == 0;
}
