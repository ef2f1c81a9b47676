import { allocateText } from "../json/bytes";
import { Text } from "../json/text";

const SLASH: u8 = 0x2f;
const DOT: u8 = 0x2e;
const HYPHEN: u8 = 0x2d;

/**
 * An id of Marathon's as an absolute one (`PathId.canonicalPath`): relative to a group, `.` and `..` resolved, without
 * a slash at the end. Each segment is made of host names: lower-case letters, digits, `-` inside of a name, `.` between
 * two.
 * @param group absolute id that a relative one is taken from; "" for the root
 * @returns the id, "" for the root; null when a segment is none of Marathon's
 */
export function resolveId(group: Text, id: Text): Text | null {
  const base = id.length > 0 && id.byteAt(0) == SLASH ? 0 : group.length;
  const start = allocateText(<usize>(base + id.length + 1));
  memory.copy(start, group.start, <usize>base);
  let size = base;
  let from = 0;
  while (from <= id.length) {
    let to = id.indexOf(SLASH, from);
    if (to < 0) to = id.length;
    const segment = id.slice(from, to);
    from = to + 1;
    if (segment.length == 0 || segment.equals(".")) continue;
    if (segment.equals("..")) {
      size = parentEnd(start, size);
      continue;
    }
    if (!isSegment(segment)) return null;
    store<u8>(start + <usize>size, SLASH);
    memory.copy(start + <usize>size + 1, segment.start, <usize>segment.length);
    size += 1 + segment.length;
  }
  return new Text(start, size);
}

// Length of an id without its last segment.
function parentEnd(start: usize, size: i32): i32 {
  while (size > 0 && load<u8>(start + <usize>(--size)) != SLASH);
  return size;
}

function isSegment(text: Text): bool {
  let isInside = false;
  for (let index = 0; index < text.length; index++) {
    const byte = text.byteAt(index);
    const isLetterOrDigit = (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x30 && byte <= 0x39);
    // A name neither begins nor ends with a hyphen, and is not empty.
    if (!isLetterOrDigit && (!isInside || (byte != HYPHEN && (byte != DOT || text.byteAt(index - 1) == HYPHEN)))) {
      return false;
    }
    isInside = byte != DOT;
  }
  return isInside && text.byteAt(text.length - 1) != HYPHEN;
}
