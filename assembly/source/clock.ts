import { Kind, NONE } from "../json/tape";
import { Text } from "../json/text";
import * as requestInvalid from "../rules/request/request-invalid";
import { Fields } from "./fields";

/** Length of `YYYY-MM-DDTHH:MM:SS`. */
const SECONDS_LENGTH: i32 = 19;
/** A place for each digit, the marks as they stand. */
const SHAPE: Text = "0000-00-00T00:00:00";

/**
 * `now` of a request: RFC 3339 in UTC, with or without a fraction of a second, ending in Z. Its first 19 bytes, which
 * compare as text; null when the caller does not know the time.
 */
export function readNow(fields: Fields): Text | null {
  const node = fields.find("now");
  if (node == NONE) return null;
  const tape = fields.source.tape;
  const text = tape.textOf(node);
  if (tape.kind(node) == Kind.String && isTime(text)) return text.slice(0, SECONDS_LENGTH);
  requestInvalid.report(fields.report, 'now to be a time such as "2026-01-31T23:59:59Z"', fields.source.placeOf(node));
  return null;
}

function isTime(text: Text): bool {
  if (text.length <= SECONDS_LENGTH || text.byteAt(text.length - 1) != 0x5a) return false;
  for (let index = 0; index < SECONDS_LENGTH; index++) {
    const mark = SHAPE.byteAt(index);
    if (mark == 0x30 ? !isDigit(text.byteAt(index)) : text.byteAt(index) != mark) return false;
  }
  return isFraction(text.slice(SECONDS_LENGTH, text.length - 1)) && areInRange(text);
}

// Nothing, or a point and digits.
function isFraction(text: Text): bool {
  if (text.length == 0) return true;
  for (let index = 1; index < text.length; index++) {
    if (!isDigit(text.byteAt(index))) return false;
  }
  return text.byteAt(0) == 0x2e && text.length > 1;
}

// Months of thirty days are taken to have 31, and a minute 61 seconds: it is the order that counts.
function areInRange(text: Text): bool {
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const isDate = month >= 1 && month <= 12 && day >= 1 && day <= 31;
  return isDate && twoDigits(text, 11) <= 23 && twoDigits(text, 14) <= 59 && twoDigits(text, 17) <= 60;
}

function twoDigits(text: Text, at: i32): i32 {
  return (text.byteAt(at) - 0x30) * 10 + text.byteAt(at + 1) - 0x30;
}

function isDigit(byte: u8): bool {
  return byte >= 0x30 && byte <= 0x39;
}
