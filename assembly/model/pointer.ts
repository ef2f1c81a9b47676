import { Kind, NONE, Tape } from "../json/tape";
import { Text } from "../json/text";

/**
 * The JSON pointer (RFC 6901) of the innermost value whose key or text holds a byte.
 * @param offset in bytes from the beginning of the text
 */
export function pointerAt(tape: Tape, offset: i32): string {
  let pointer = "";
  let node = 0;
  while (true) {
    const kind = tape.kind(node);
    if (kind == Kind.Object) {
      const key = keyAt(tape, node, offset);
      if (key == NONE) return pointer;
      pointer += "/" + escapeSegment(tape.textOf(key));
      node = tape.value(key);
    } else if (kind == Kind.Array) {
      let index = 0;
      let element = tape.first(node);
      while (element != NONE && !reaches(tape, element, offset)) {
        element = tape.nextElement(node, element);
        index++;
      }
      if (element == NONE || offset < outerStart(tape, element)) return pointer;
      pointer += "/" + index.toString();
      node = element;
    } else {
      return pointer;
    }
  }
}

// The key whose own text or whose value holds the byte.
function keyAt(tape: Tape, object: i32, offset: i32): i32 {
  for (let key = tape.first(object); key != NONE; key = tape.nextKey(object, key)) {
    if (reaches(tape, tape.value(key), offset)) return offset >= outerStart(tape, key) ? key : NONE;
  }
  return NONE;
}

function reaches(tape: Tape, node: i32, offset: i32): bool {
  const end = tape.end(node);
  return tape.kind(node) == Kind.String ? offset <= end : offset < end;
}

function outerStart(tape: Tape, node: i32): i32 {
  const start = tape.start(node);
  return tape.kind(node) == Kind.String ? start - 1 : start;
}

// RFC 6901, section 4: `~` first, then `/`.
function escapeSegment(segment: Text): string {
  const text = segment.toString();
  return text.includes("~") || text.includes("/") ? text.replaceAll("~", "~0").replaceAll("/", "~1") : text;
}
