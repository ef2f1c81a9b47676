import { Text } from "./text";
import { Expected, JsonError } from "./json-error";
import { specialBytes } from "./special-bytes";
import { utf8SequenceLength } from "./utf8";

/**
 * The lexical level of RFC 8259: where a string, a number or a literal ends. A scan gives the address after the token,
 * or 0 and leaves what went wrong, and where, in the variables below. Integers only, so nothing here outlives a call.
 * The byte at the end of the text is 0 (reader.ts): no token goes past it.
 */

/** Reason of the last failed scan. */
export let scanError: JsonError = JsonError.None;
export let scanExpected: Expected = Expected.Nothing;
/** Address at which the last scan failed. */
export let scanErrorAt: usize = 0;
/** Whether the last string had a backslash. */
export let scanEscaped: bool = false;

export function failScan(error: JsonError, expected: Expected, at: usize): usize {
  scanError = error;
  scanExpected = expected;
  scanErrorAt = at;
  return 0;
}

/** Notes that something else stands at `at`, or the end: "cut" is what a reader wants to know then. */
export function failAt(at: usize, end: usize, expected: Expected): usize {
  return failScan(at >= end ? JsonError.End : JsonError.Syntax, expected, min(at, end));
}

/** Address of the first byte at or after `at` that is not white space. */
// @ts-ignore: decorator
@inline
export function skipSpace(at: usize): usize {
  return load<u8>(at) > 0x20 ? at : skipSpaces(at);
}

function skipSpaces(at: usize): usize {
  while (true) {
    const byte = load<u8>(at);
    if (byte != 0x20 && byte != 0x0a && byte != 0x0d && byte != 0x09) return at;
    at++;
    if (byte == 0x0a) at += indentation(at);
  }
}

// Number of spaces at `at`, eight at once.
function indentation(at: usize): usize {
  let to = at;
  let others = load<u64>(to) ^ 0x2020202020202020;
  while (others == 0) {
    to += 8;
    others = load<u64>(to) ^ 0x2020202020202020;
  }
  return to - at + <usize>(ctz(others) >> 3);
}

/**
 * Scans a string from the byte after its opening quote.
 * @returns the address after the closing quote, or 0
 */
export function scanString(at: usize, end: usize): usize {
  scanEscaped = false;
  while (true) {
    // Eight bytes at once; the request buffer is padded, so this never reads outside of it.
    let special = specialBytes(load<u64>(at));
    while (special == 0) {
      at += 8;
      special = specialBytes(load<u64>(at));
    }
    at += <usize>(ctz(special) >> 3);
    const byte = load<u8>(at);
    if (byte == 0x22) return at + 1;
    if (byte == 0x5c) {
      scanEscaped = true;
      at = scanEscape(at + 1, end);
      if (at == 0) return 0;
    } else if (byte >= 0x80) {
      // Text outside ASCII comes in runs.
      do {
        const length = utf8SequenceLength(at, end);
        if (length == 0) return failScan(JsonError.Encoding, Expected.Nothing, at);
        at += <usize>length;
      } while (load<u8>(at) >= 0x80);
    } else {
      // A control character, or the end.
      return failAt(at, end, at < end ? Expected.EscapedControl : Expected.ClosingQuote);
    }
  }
}

function scanEscape(at: usize, end: usize): usize {
  switch (load<u8>(at)) {
    case 0x22: case 0x5c: case 0x2f: case 0x62: case 0x66: case 0x6e: case 0x72: case 0x74:
      return at + 1;
    case 0x75:
      for (let digit: usize = 1; digit <= 4; digit++) {
        if (hexValue(load<u8>(at + digit)) < 0) return failAt(at + digit, end, Expected.HexDigit);
      }
      return at + 5;
    default:
      return failAt(at, end, Expected.Escape);
  }
}

/** Value of a hexadecimal digit, or -1. */
export function hexValue(byte: u8): i32 {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/**
 * Scans a number from its first byte, a minus sign or a digit.
 * @returns the address after it, or 0
 */
export function scanNumber(at: usize, end: usize): usize {
  if (load<u8>(at) == 0x2d) at++;
  if (!isDigit(load<u8>(at))) return failAt(at, end, Expected.Digit);
  if (load<u8>(at) == 0x30) at++;
  else at = skipDigits(at);
  if (load<u8>(at) == 0x2e) {
    if (!isDigit(load<u8>(++at))) return failAt(at, end, Expected.Digit);
    at = skipDigits(at);
  }
  if ((load<u8>(at) | 0x20) == 0x65) {
    at++;
    if (load<u8>(at) == 0x2b || load<u8>(at) == 0x2d) at++;
    if (!isDigit(load<u8>(at))) return failAt(at, end, Expected.Digit);
    at = skipDigits(at);
  }
  return at;
}

function isDigit(byte: u8): bool {
  return byte >= 0x30 && byte <= 0x39;
}

function skipDigits(at: usize): usize {
  while (isDigit(load<u8>(at))) at++;
  return at;
}

/**
 * Scans one of the three literal names, given the rest of its letters.
 * @param at address of the byte after the first letter
 * @returns the address after it, or 0
 */
export function scanLiteral(at: usize, end: usize, rest: Text): usize {
  for (let index = 0; index < rest.length; index++) {
    if (load<u8>(at) != rest.byteAt(index)) return failAt(at, end, Expected.Value);
    at++;
  }
  return at;
}
