import { Text } from "./text";
import { Writer } from "./writer";

const DIGITS: Text = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const PADDING: u8 = 0x3d;

/** Length in bytes of what `writeBase64` makes of so many bytes, without its quotes. */
export function base64Length(length: i32): i32 {
  return (length + 2) / 3 * 4;
}

/** Writes bytes as a string in base64 (RFC 4648, section 4), padded. */
export function writeBase64(writer: Writer, bytes: Text): void {
  writer.beginString();
  for (let index = 0; index < bytes.length; index += 3) {
    const left = bytes.length - index;
    const second: u32 = left > 1 ? bytes.byteAt(index + 1) : 0;
    const third: u32 = left > 2 ? bytes.byteAt(index + 2) : 0;
    const bits = (<u32>bytes.byteAt(index) << 16) | (second << 8) | third;
    writer.mark(digit(bits >> 18));
    writer.mark(digit(bits >> 12));
    writer.mark(left > 1 ? digit(bits >> 6) : PADDING);
    writer.mark(left > 2 ? digit(bits) : PADDING);
  }
  writer.endString();
}

function digit(bits: u32): u8 {
  return DIGITS.byteAt(<i32>(bits & 63));
}
