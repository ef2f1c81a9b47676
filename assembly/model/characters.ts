import { Text } from "../json/text";

/**
 * Index of the first character that is refused, or -1.
 * @param isSeed with the 26 of the original, from its `prohibitedchars` (NUL and the control characters in it are
 *   refused anyhow); otherwise control characters only: C0, DEL and C1
 */
export function refusedCharacter(text: Text, isSeed: bool): i32 {
  for (let index = 0; index < text.length; index++) {
    const byte = text.byteAt(index);
    if (byte < 0x20 || byte == 0x7f) return index;
    // C1 control characters are U+0080 to U+009F: C2 80 to C2 9F.
    if (byte == 0xc2 && index + 1 < text.length && text.byteAt(index + 1) < 0xa0) return index;
    if (isSeed && isSeedCharacter(byte)) return index;
  }
  return -1;
}

function isSeedCharacter(byte: u8): bool {
  switch (byte) {
    case 0x20: case 0x22: case 0x24: case 0x25: case 0x26: case 0x27: // space " $ % & '
    case 0x2f: case 0x3a: case 0x3b: case 0x3c: case 0x3e: case 0x3f: // / : ; < > ?
    case 0x5b: case 0x5c: case 0x5d: case 0x5e: case 0x60: // [ \ ] ^ `
    case 0x7b: case 0x7c: case 0x7d: // { | }
      return true;
    default:
      return false;
  }
}
