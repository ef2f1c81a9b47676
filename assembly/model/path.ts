import { allocateText } from "../json/bytes";
import { Text } from "../json/text";

/**
 * Container paths as text. Nothing here looks at a file system: links are the host's to refuse.
 */

const SLASH: u8 = 0x2f;
const DOT: u8 = 0x2e;

export function isAbsolute(path: Text): bool {
  return path.length > 0 && path.byteAt(0) == SLASH;
}

/** Without `.`, `//` and a slash at the end; `..` stays, for a rule to refuse. The root is `/`, "here" is empty. */
export function normalise(path: Text): Text {
  if (isNormalised(path)) return path;
  const target = allocateText(<usize>path.length + 1);
  let size: usize = 0;
  const absolute = isAbsolute(path);
  let from = 0;
  while (from < path.length) {
    const to = segmentEnd(path, from);
    const length = to - from;
    if (length > 0 && !isDots(path, from, to, 1)) {
      if (size > 0 || absolute) store<u8>(target + size++, SLASH);
      memory.copy(target + size, path.start + <usize>from, <usize>length);
      size += <usize>length;
    }
    from = to + 1;
  }
  if (size == 0 && absolute) store<u8>(target + size++, SLASH);
  return new Text(target, <i32>size);
}

// The usual case: nothing to take away, nothing to copy.
function isNormalised(path: Text): bool {
  let from = isAbsolute(path) ? 1 : 0;
  if (from == path.length) return true;
  while (from <= path.length) {
    const to = segmentEnd(path, from);
    if (to == from || isDots(path, from, to, 1)) return false;
    from = to + 1;
  }
  return true;
}

/** Index of the first `..` segment, or -1. */
export function parentSegment(path: Text): i32 {
  // The usual case, without a look at the segments.
  if (path.indexOf(DOT) < 0) return -1;
  let from = 0;
  while (from <= path.length) {
    const to = segmentEnd(path, from);
    if (isDots(path, from, to, 2)) return from;
    from = to + 1;
  }
  return -1;
}

/** Index of the slash after the segment that begins at an index, or the path's length. */
export function segmentEnd(path: Text, from: i32): i32 {
  const slash = path.indexOf(SLASH, from);
  return slash < 0 ? path.length : slash;
}

// True when a segment is just so many dots.
function isDots(path: Text, from: i32, to: i32, count: i32): bool {
  if (to - from != count || path.byteAt(from) != DOT) return false;
  return count == 1 || path.byteAt(from + 1) == DOT;
}

/** True when a normalised path is `directory` or inside it, by segment: `/tmpfoo` is not inside `/tmp`. */
export function isAtOrUnder(path: Text, directory: Text): bool {
  if (directory.length == 1 && isAbsolute(directory)) return isAbsolute(path);
  if (path.length < directory.length || !path.slice(0, directory.length).equals(directory)) return false;
  return path.length == directory.length || path.byteAt(directory.length) == SLASH;
}

/** The same for a directory that the source names, in ASCII. */
export function isAtOrUnderName(path: Text, directory: Text): bool {
  if (!path.startsWith(directory)) return false;
  return path.length == directory.length || path.byteAt(directory.length) == SLASH;
}

/** True when a normalised path is inside `directory` and not the directory itself. */
export function isUnder(path: Text, directory: Text): bool {
  return path.length > directory.length && isAtOrUnder(path, directory);
}

/** Two normalised paths, the second taken as relative to the first. */
export function join(directory: Text, path: Text): Text {
  const base = directory.length == 1 ? 0 : directory.length;
  const slash = isAbsolute(path) ? 0 : 1;
  const length = base + slash + path.length;
  const start = allocateText(<usize>length);
  memory.copy(start, directory.start, <usize>base);
  if (slash == 1) store<u8>(start + <usize>base, SLASH);
  memory.copy(start + <usize>(base + slash), path.start, <usize>path.length);
  return new Text(start, length);
}

/** Number of segments of a normalised path: how deep it lies. */
export function depthOf(path: Text): i32 {
  let depth = 0;
  for (let index = 0; index < path.length; index++) {
    if (path.byteAt(index) == SLASH) depth++;
  }
  return path.length == 1 ? 0 : depth;
}
