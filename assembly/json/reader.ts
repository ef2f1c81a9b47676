import { DOCUMENT_DEPTH_MAX, NODES_MAX } from "../limits";
import { Expected, expectedText, JsonError } from "./json-error";
import {
  failScan, scanError, scanErrorAt, scanEscaped, scanExpected, scanLiteral, scanNumber, scanString, skipSpace,
} from "./scan";
import { Kind, Tape } from "./tape";

/** Open arrays and objects while a text is read: four bytes each, the number of their entry on the tape. */
const openNodes: usize = memory.data(4 * 64);

/**
 * Reads a JSON text (RFC 8259, strict; UTF-8 validated) into a tape. Nothing traps and nothing recurses: 100,000 levels
 * of nesting are an error like any other. A byte order mark is refused, as the RFC allows.
 * @param text address of the first byte; readable for 8 bytes past the end
 * @param length in bytes
 * @returns the tape; `error` says whether it is complete
 */
export function readJson(text: usize, length: i32): Tape {
  const tape = new Tape(text, length);
  if (readDocument(tape, text, text + <usize>length) == 0) {
    tape.error = scanError;
    tape.expected = expectedText(scanExpected);
    tape.errorOffset = <i32>(scanErrorAt - text);
  }
  return tape;
}

// Gives the address of the end, or 0 after a failed scan.
function readDocument(tape: Tape, at: usize, end: usize): usize {
  let depth = 0;
  at = skipSpace(at, end);
  do {
    // One value begins here.
    if (tape.count >= NODES_MAX) return failScan(JsonError.Nodes, Expected.Nothing, at);
    if (at >= end) return failScan(JsonError.End, Expected.Value, end);
    const byte = load<u8>(at);
    if (byte == 0x7b || byte == 0x5b) {
      if (depth == DOCUMENT_DEPTH_MAX) return failScan(JsonError.Depth, Expected.Nothing, at);
      const isObject = byte == 0x7b;
      const node = tape.push(isObject ? Kind.Object : Kind.Array, at, at, false);
      store<u32>(openNodes + ((<usize>depth) << 2), node);
      depth++;
      at = skipSpace(at + 1, end);
      const isEmpty = at < end && load<u8>(at) == (isObject ? <u8>0x7d : <u8>0x5d);
      if (!isEmpty) {
        if (isObject) {
          at = readKey(tape, at, end);
          if (at == 0) return 0;
        }
        continue;
      }
    } else {
      at = readScalar(tape, at, end, byte);
      if (at == 0) return 0;
      if (depth > 0) at = skipSpace(at, end);
    }
    // A value has ended: close what ends with it, or go on to the next one.
    while (depth > 0) {
      const node = load<u32>(openNodes + (<usize>(depth - 1) << 2));
      const isObject = tape.kind(node) == Kind.Object;
      if (at >= end) return failScan(JsonError.End, isObject ? Expected.CommaOrBrace : Expected.CommaOrBracket, end);
      const mark = load<u8>(at);
      if (mark == 0x2c) {
        at = skipSpace(at + 1, end);
        if (isObject) {
          at = readKey(tape, at, end);
          if (at == 0) return 0;
        }
        break;
      }
      if (mark != (isObject ? <u8>0x7d : <u8>0x5d)) {
        return failScan(JsonError.Syntax, isObject ? Expected.CommaOrBrace : Expected.CommaOrBracket, at);
      }
      tape.close(node, ++at);
      depth--;
      if (depth > 0) at = skipSpace(at, end);
    }
  } while (depth > 0);
  at = skipSpace(at, end);
  return at == end ? at : failScan(JsonError.Syntax, Expected.EndOfDocument, at);
}

// Reads `"key" :` and the space after it.
function readKey(tape: Tape, at: usize, end: usize): usize {
  if (at >= end) return failScan(JsonError.End, Expected.Key, end);
  if (load<u8>(at) != 0x22) return failScan(JsonError.Syntax, Expected.Key, at);
  const after = scanString(at + 1, end);
  if (after == 0) return 0;
  tape.push(Kind.String, at + 1, after - 1, scanEscaped);
  at = skipSpace(after, end);
  if (at >= end) return failScan(JsonError.End, Expected.Colon, end);
  if (load<u8>(at) != 0x3a) return failScan(JsonError.Syntax, Expected.Colon, at);
  return skipSpace(at + 1, end);
}

function readScalar(tape: Tape, at: usize, end: usize, byte: u8): usize {
  let after: usize;
  let kind: Kind;
  if (byte == 0x22) {
    after = scanString(at + 1, end);
    if (after != 0) tape.push(Kind.String, at + 1, after - 1, scanEscaped);
    return after;
  }
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
    return failScan(JsonError.Syntax, Expected.Value, at);
  }
  if (after != 0) tape.push(kind, at, after, false);
  return after;
}
