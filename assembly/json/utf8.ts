/**
 * Length in bytes of the UTF-8 sequence at `at`, by the table of RFC 3629 section 4; 0 when it is not one: a lone
 * continuation byte, an overlong form, a surrogate, a code point past U+10FFFF, or a sequence that `end` cuts.
 */
export function utf8SequenceLength(at: usize, end: usize): i32 {
  const first = load<u8>(at);
  if (first < 0x80) return 1;
  if (first < 0xc2) return 0;
  if (first < 0xe0) return at + 2 <= end && isContinuation(load<u8>(at + 1)) ? 2 : 0;
  if (first < 0xf0) {
    if (at + 3 > end) return 0;
    const second = load<u8>(at + 1);
    const low: u8 = first == 0xe0 ? 0xa0 : 0x80;
    const high: u8 = first == 0xed ? 0x9f : 0xbf;
    return second >= low && second <= high && isContinuation(load<u8>(at + 2)) ? 3 : 0;
  }
  if (first > 0xf4 || at + 4 > end) return 0;
  const second = load<u8>(at + 1);
  const low: u8 = first == 0xf0 ? 0x90 : 0x80;
  const high: u8 = first == 0xf4 ? 0x8f : 0xbf;
  const inside = second >= low && second <= high;
  return inside && isContinuation(load<u8>(at + 2)) && isContinuation(load<u8>(at + 3)) ? 4 : 0;
}

function isContinuation(byte: u8): bool {
  return (byte & 0xc0) == 0x80;
}

/** Writes a code point as UTF-8 and gives the address after it. Surrogates are written as U+FFFD. */
export function storeUtf8(at: usize, codePoint: u32): usize {
  if (codePoint < 0x80) {
    store<u8>(at, <u8>codePoint);
    return at + 1;
  }
  if (codePoint < 0x800) {
    store<u8>(at, <u8>(0xc0 | (codePoint >> 6)));
    store<u8>(at + 1, <u8>(0x80 | (codePoint & 0x3f)));
    return at + 2;
  }
  if (codePoint < 0x10000) {
    const scalar = codePoint >= 0xd800 && codePoint <= 0xdfff ? 0xfffd : codePoint;
    store<u8>(at, <u8>(0xe0 | (scalar >> 12)));
    store<u8>(at + 1, <u8>(0x80 | ((scalar >> 6) & 0x3f)));
    store<u8>(at + 2, <u8>(0x80 | (scalar & 0x3f)));
    return at + 3;
  }
  store<u8>(at, <u8>(0xf0 | (codePoint >> 18)));
  store<u8>(at + 1, <u8>(0x80 | ((codePoint >> 12) & 0x3f)));
  store<u8>(at + 2, <u8>(0x80 | ((codePoint >> 6) & 0x3f)));
  store<u8>(at + 3, <u8>(0x80 | (codePoint & 0x3f)));
  return at + 4;
}
