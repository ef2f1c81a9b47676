import { Kind, NONE, Tape } from "../json/tape";
import { decimal } from "../json/digits";
import { Text } from "../json/text";
import { Writer } from "../json/writer";

const SLASH: u8 = 0x2f;
const TILDE: u8 = 0x7e;

/**
 * Writes the JSON pointer (RFC 6901) of the innermost value whose key or text holds a byte. It goes straight into the
 * answer: keys can be as long as a document.
 * @param offset in bytes from the beginning of the text
 * @param renamed stands in place of the key that holds the byte; null for the key as it is
 * @param added one more segment, or null
 */
export function writePointer(
  writer: Writer, tape: Tape, offset: i32, renamed: Text | null = null, added: Text | null = null,
): void {
  writer.beginString();
  let node = 0;
  while (node != NONE) {
    const kind = tape.kind(node);
    if (kind == Kind.Object) node = writeKeyAt(writer, tape, node, offset, renamed);
    else if (kind == Kind.Array) node = writeIndexAt(writer, tape, node, offset);
    else break;
  }
  if (added !== null) {
    writer.mark(SLASH);
    writeSegment(writer, added);
  }
  writer.endString();
}

// Writes the key whose own text or whose value holds the byte, and gives the value.
function writeKeyAt(writer: Writer, tape: Tape, object: i32, offset: i32, renamed: Text | null): i32 {
  for (let key = tape.first(object); key != NONE; key = tape.nextKey(object, key)) {
    if (!reaches(tape, tape.value(key), offset)) continue;
    if (offset < outerStart(tape, key)) return NONE;
    writer.mark(SLASH);
    writeSegment(writer, renamed !== null && offset <= tape.end(key) ? renamed : tape.textOf(key));
    return tape.value(key);
  }
  return NONE;
}

function writeIndexAt(writer: Writer, tape: Tape, array: i32, offset: i32): i32 {
  let index = 0;
  for (let node = tape.first(array); node != NONE; node = tape.nextElement(array, node)) {
    if (reaches(tape, node, offset)) {
      if (offset < outerStart(tape, node)) return NONE;
      writer.mark(SLASH);
      writer.part(decimal(index));
      return node;
    }
    index++;
  }
  return NONE;
}

function reaches(tape: Tape, node: i32, offset: i32): bool {
  const end = tape.end(node);
  return tape.kind(node) == Kind.String ? offset <= end : offset < end;
}

/** Offset of a value's first byte, a string's quote counted. */
export function outerStart(tape: Tape, node: i32): i32 {
  const start = tape.start(node);
  return tape.kind(node) == Kind.String ? start - 1 : start;
}

/** Offset of the byte after a value, a string's quote counted. */
export function outerEnd(tape: Tape, node: i32): i32 {
  const end = tape.end(node);
  return tape.kind(node) == Kind.String ? end + 1 : end;
}

// RFC 6901, section 4: `~` is written as ~0 and `/` as ~1.
function writeSegment(writer: Writer, segment: Text): void {
  let from = 0;
  for (let index = 0; index < segment.length; index++) {
    const byte = segment.byteAt(index);
    if (byte != TILDE && byte != SLASH) continue;
    writer.part(segment.slice(from, index));
    writer.mark(TILDE);
    writer.mark(byte == TILDE ? 0x30 : 0x31);
    from = index + 1;
  }
  writer.part(segment.slice(from, segment.length));
}
