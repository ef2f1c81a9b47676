import { eightTimes, inRange } from "../json/bytes";
import { Text } from "../json/text";

// One bit for each ASCII character that is refused, 0x00 to 0x3f and 0x40 to 0x7f: the control characters, and with the
// seed's set also space " $ % & ' / : ; < > ? and [ \ ] ^ ` { | }.
const CONTROL_LOW: u64 = 0x00000000ffffffff;
const CONTROL_HIGH: u64 = 0x8000000000000000;
const SEED_LOW: u64 = 0xdc0080f5ffffffff;
const SEED_HIGH: u64 = 0xb800000178000000;

/**
 * Index of the first character that is refused, or -1.
 * @param isSeed with the 26 of the original, from its `prohibitedchars` (NUL and the control characters in it are
 *   refused anyhow); otherwise control characters only: C0, DEL and C1
 */
export function refusedCharacter(text: Text, isSeed: bool): i32 {
  let index = 0;
  while (index < text.length) {
    if (isPlain(text.start + <usize>index, text.length - index)) {
      index += 8;
      continue;
    }
    const to = min(index + 8, text.length);
    for (; index < to; index++) {
      if (isRefused(text, index, isSeed)) return index;
    }
  }
  return -1;
}

function isRefused(text: Text, index: i32, isSeed: bool): bool {
  const byte = text.byteAt(index);
  // C1 control characters are U+0080 to U+009F: C2 80 to C2 9F.
  if (byte >= 0x80) return byte == 0xc2 && index + 1 < text.length && text.byteAt(index + 1) < 0xa0;
  if (byte < 0x40) return <bool>(((isSeed ? SEED_LOW : CONTROL_LOW) >> byte) & 1);
  return <bool>(((isSeed ? SEED_HIGH : CONTROL_HIGH) >> (byte - 0x40)) & 1);
}

// True when the next eight bytes, or as many as there are, are letters, digits, `-` and `.`, which nobody refuses.
function isPlain(at: usize, length: i32): bool {
  let word = load<u64>(at);
  if (length < 8) {
    // What is past the end counts as a letter.
    const past = ~(<u64>0) << (length << 3);
    word = (word & ~past) | (eightTimes(0x61) & past);
  }
  const plain = inRange(word | eightTimes(0x20), 0x61, 0x7a) | inRange(word, 0x30, 0x39) | inRange(word, 0x2d, 0x2e);
  return ((plain & ~word) & eightTimes(0x80)) == eightTimes(0x80);
}
