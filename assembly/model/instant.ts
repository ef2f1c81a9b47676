import { Text } from "../json/text";

/** Dates and times of RFC 3339 as text. All are in UTC, so that the order of their bytes is their order in time. */

/** Length of `2026-11-24`. */
const DATE_LENGTH: i32 = 10;
/** Length of `2026-11-24T00:00:00`. */
const SECONDS_LENGTH: i32 = 19;

/** True for a day that there is: `full-date`. */
export function isDate(text: Text): bool {
  if (text.length != DATE_LENGTH || !hasShape(text, "0000-00-00")) return false;
  const month = numberAt(text, 5);
  const day = numberAt(text, 8);
  return month >= 1 && month <= 12 && day >= 1 && day <= daysOf(month, numberAt(text, 0) * 100 + numberAt(text, 2));
}

/** True for a `date-time` with `Z`: seconds may have a fraction. */
export function isInstant(text: Text): bool {
  if (text.length <= SECONDS_LENGTH || !isDate(text.slice(0, DATE_LENGTH))) return false;
  if (!hasShape(text.slice(DATE_LENGTH, SECONDS_LENGTH), "T00:00:00")) return false;
  if (numberAt(text, 11) > 23 || numberAt(text, 14) > 59 || numberAt(text, 17) > 59) return false;
  const last = text.length - 1;
  if (text.byteAt(last) != 0x5a) return false;
  if (last == SECONDS_LENGTH) return true;
  if (text.byteAt(SECONDS_LENGTH) != 0x2e || last == SECONDS_LENGTH + 1) return false;
  for (let index = SECONDS_LENGTH + 1; index < last; index++) {
    if (!isDigit(text.byteAt(index))) return false;
  }
  return true;
}

/**
 * True when something that holds up to and with a day, or up to a second, holds no longer.
 * @param end a date or an instant
 * @param now an instant, or the first 19 bytes of one
 */
export function isOver(end: Text, now: Text): bool {
  if (end.length == DATE_LENGTH) return compare(end, now, DATE_LENGTH) < 0;
  return compare(end, now, SECONDS_LENGTH) <= 0;
}

function compare(one: Text, other: Text, length: i32): i32 {
  for (let index = 0; index < length; index++) {
    const difference = <i32>one.byteAt(index) - <i32>other.byteAt(index);
    if (difference != 0) return difference;
  }
  return 0;
}

// A `0` of the shape is any digit, everything else is itself.
function hasShape(text: Text, shape: Text): bool {
  for (let index = 0; index < shape.length; index++) {
    const byte = text.byteAt(index);
    if (shape.byteAt(index) == 0x30 ? !isDigit(byte) : byte != shape.byteAt(index)) return false;
  }
  return true;
}

function isDigit(byte: u8): bool {
  return byte >= 0x30 && byte <= 0x39;
}

// Two digits.
function numberAt(text: Text, at: i32): i32 {
  return (text.byteAt(at) - 0x30) * 10 + (text.byteAt(at + 1) - 0x30);
}

function daysOf(month: i32, year: i32): i32 {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}
