import { allocateText } from "./bytes";
import { Text } from "./text";

/** Most decimal digits that 64 bits have. */
const DECIMAL_DIGITS_MAX: usize = 20;

/** A whole number in decimal digits. */
export function decimal(value: u64): Text {
  const end = allocateText(DECIMAL_DIGITS_MAX) + DECIMAL_DIGITS_MAX;
  let start = end;
  do {
    store<u8>(--start, <u8>(0x30 + value % 10));
    value /= 10;
  } while (value > 0);
  return new Text(start, <i32>(end - start));
}

/** A byte in two hexadecimal digits. */
export function hexadecimal(byte: u8): Text {
  const start = allocateText(2);
  store<u8>(start, hexDigit(byte >> 4));
  store<u8>(start + 1, hexDigit(byte & 15));
  return new Text(start, 2);
}

/** The digit of a number from 0 to 15, in lower case. */
export function hexDigit(value: u8): u8 {
  return value < 10 ? 0x30 + value : 0x57 + value;
}
