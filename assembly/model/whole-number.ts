import { Text } from "../json/text";

/** Whole numbers of any length, as their decimal digits. */

const ZERO: u8 = 0x30;

/** True for one or more decimal digits and nothing else. */
export function isWhole(text: Text): bool {
  for (let index = 0; index < text.length; index++) {
    const digit = text.byteAt(index) - ZERO;
    if (digit > 9) return false;
  }
  return text.length > 0;
}

/** Less than 0, 0 or more than 0, as the first is less than, equal to or more than the second. */
export function compareWhole(one: Text, other: Text): i32 {
  const left = withoutZeros(one);
  const right = withoutZeros(other);
  if (left.length != right.length) return left.length - right.length;
  for (let index = 0; index < left.length; index++) {
    const difference = <i32>left.byteAt(index) - <i32>right.byteAt(index);
    if (difference != 0) return difference;
  }
  return 0;
}

function withoutZeros(text: Text): Text {
  let from = 0;
  while (from < text.length && text.byteAt(from) == ZERO) from++;
  return text.slice(from, text.length);
}
