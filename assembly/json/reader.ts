import { DOCUMENT_DEPTH_MAX } from "../limits";
import { Expected, expectedText, JsonError } from "./json-error";
import {
  failAt, failScan, scanError, scanErrorAt, scanEscaped, scanExpected, scanLiteral, scanNumber, scanString, skipSpace,
} from "./scan";
import { ENTRY_SIZE, Kind, storeEntry, Tape } from "./tape";

const QUOTE: u8 = 0x22;
const COMMA: u8 = 0x2c;
const COLON: u8 = 0x3a;
const OPENING_BRACKET: u8 = 0x5b;
const OPENING_BRACE: u8 = 0x7b;

/** Open arrays and objects while a text is read: four bytes each, the address of their entry on the tape. */
const openEntries: usize = memory.data(4 * 64);

/**
 * Reads a JSON text (RFC 8259, strict; UTF-8 validated) into a tape. Nothing traps and nothing recurses: 100,000 levels
 * of nesting are an error like any other. A byte order mark is refused, as the RFC allows.
 * @param text address of the first byte; readable for 8 bytes past the end
 * @param length in bytes
 * @returns the tape; `error` says whether it is complete
 */
export function readJson(text: usize, length: i32): Tape {
  const tape = new Tape(text, length);
  const end = text + <usize>length;
  // While a text is read, a byte that no token holds stands at its end, so that no step has to ask for the end first.
  const beyond = load<u8>(end);
  store<u8>(end, 0);
  const isRead = readDocument(tape, text, end);
  store<u8>(end, beyond);
  if (!isRead) {
    tape.error = scanError;
    tape.expected = expectedText(scanExpected);
    tape.errorOffset = <i32>(scanErrorAt - text);
  }
  return tape;
}

// False after a failed scan.
function readDocument(tape: Tape, text: usize, end: usize): bool {
  const entries = tape.entries;
  let limit = tape.limit;
  let next = entries;
  let depth: usize = 0;
  let isObject = false;
  let at = skipSpace(text);
  do {
    // One value begins here; there is room for it and for the key that may follow.
    if (next >= limit) {
      limit = tape.makeRoom();
      if (next >= limit) return fail(JsonError.Nodes, Expected.Nothing, at);
    }
    const byte = load<u8>(at);
    if (byte == QUOTE) {
      const after = scanString(at + 1, end);
      if (after == 0) return false;
      storeEntry(entries, next, Kind.String, at + 1 - text, after - 1 - text, scanEscaped);
      next += ENTRY_SIZE;
      at = after;
    } else if (byte == OPENING_BRACE || byte == OPENING_BRACKET) {
      if (depth == DOCUMENT_DEPTH_MAX) return fail(JsonError.Depth, Expected.Nothing, at);
      isObject = byte == OPENING_BRACE;
      storeEntry(entries, next, isObject ? Kind.Object : Kind.Array, at - text, at - text, false);
      store<u32>(openEntries + (depth++ << 2), <u32>next);
      next += ENTRY_SIZE;
      at = skipSpace(at + 1);
      if (load<u8>(at) != closing(isObject)) {
        if (isObject) {
          at = readKey(entries, next, text, at, end);
          if (at == 0) return false;
          next += ENTRY_SIZE;
        }
        continue;
      }
    } else {
      const after = readScalar(entries, next, text, at, end, byte);
      if (after == 0) return false;
      next += ENTRY_SIZE;
      at = after;
    }
    // A value has ended: close what ends with it, or go on to the next one.
    while (depth > 0) {
      at = skipSpace(at);
      const mark = load<u8>(at);
      if (mark == COMMA) {
        at = skipSpace(at + 1);
        if (isObject) {
          at = readKey(entries, next, text, at, end);
          if (at == 0) return false;
          next += ENTRY_SIZE;
        }
        break;
      }
      if (mark != closing(isObject)) {
        failAt(at, end, isObject ? Expected.CommaOrBrace : Expected.CommaOrBracket);
        return false;
      }
      at++;
      const opened = <usize>load<u32>(openEntries + (--depth << 2));
      store<u32>(opened, <u32>(at - text), 4);
      store<u32>(opened, <u32>((next - entries) / ENTRY_SIZE), 8);
      if (depth > 0) isObject = isObjectEntry(<usize>load<u32>(openEntries + ((depth - 1) << 2)));
    }
  } while (depth > 0);
  tape.count = <i32>((next - entries) / ENTRY_SIZE);
  at = skipSpace(at);
  return at == end || fail(JsonError.Syntax, Expected.EndOfDocument, at);
}

function fail(error: JsonError, expected: Expected, at: usize): bool {
  failScan(error, expected, at);
  return false;
}

// The mark that ends an object or an array.
// @ts-ignore: decorator
@inline
function closing(isObject: bool): u8 {
  return isObject ? 0x7d : 0x5d;
}

// @ts-ignore: decorator
@inline
function isObjectEntry(entry: usize): bool {
  return load<u32>(entry, 12) == <u32>Kind.Object;
}

// Reads `"key" :` and the space after it. Gives the address of the value, or 0.
function readKey(entries: usize, entry: usize, text: usize, at: usize, end: usize): usize {
  if (load<u8>(at) != QUOTE) return failAt(at, end, Expected.Key);
  const after = scanString(at + 1, end);
  if (after == 0) return 0;
  storeEntry(entries, entry, Kind.String, at + 1 - text, after - 1 - text, scanEscaped);
  at = skipSpace(after);
  return load<u8>(at) == COLON ? skipSpace(at + 1) : failAt(at, end, Expected.Colon);
}

// Reads a number or one of the three names. Gives the address after it, or 0.
function readScalar(entries: usize, entry: usize, text: usize, at: usize, end: usize, byte: u8): usize {
  let after: usize;
  let kind: Kind;
  if (byte == 0x2d || (byte >= 0x30 && byte <= 0x39)) {
    kind = Kind.Number;
    after = scanNumber(at, end);
  } else if (byte == 0x74) {
    kind = Kind.True;
    after = scanLiteral(at + 1, end, "rue");
  } else if (byte == 0x66) {
    kind = Kind.False;
    after = scanLiteral(at + 1, end, "alse");
  } else if (byte == 0x6e) {
    kind = Kind.Null;
    after = scanLiteral(at + 1, end, "ull");
  } else {
    return failAt(at, end, Expected.Value);
  }
  if (after != 0) storeEntry(entries, entry, kind, at - text, after - text, false);
  return after;
}
