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
  for (let index = 0; index < text.length; index++) {
    const byte = text.byteAt(index);
    if (byte >= 0x80) {
      // C1 control characters are U+0080 to U+009F: C2 80 to C2 9F.
      if (byte == 0xc2 && index + 1 < text.length && text.byteAt(index + 1) < 0xa0) return index;
    } else if (byte < 0x40) {
      if (((isSeed ? SEED_LOW : CONTROL_LOW) >> byte) & 1) return index;
    } else if (((isSeed ? SEED_HIGH : CONTROL_HIGH) >> (byte - 0x40)) & 1) {
      return index;
    }
  }
  return -1;
}
