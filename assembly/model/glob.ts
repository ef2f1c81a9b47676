import { Text } from "../json/text";
import { segmentEnd } from "./path";

/**
 * Patterns of the policy. Only the nearest star is ever gone back to, so that a match takes at most the product of both
 * lengths, whatever pattern and text are.
 */

const STAR: u8 = 0x2a;
const QUESTION_MARK: u8 = 0x3f;

/** True when `*` (any characters, or none) and `?` (one character) make the pattern the whole text. */
export function matchesGlob(pattern: Text, text: Text): bool {
  let at = 0;
  let to = 0;
  let afterStar = -1;
  let starTo = 0;
  while (to < text.length) {
    const byte: u8 = at < pattern.length ? pattern.byteAt(at) : 0;
    if (at < pattern.length && byte == STAR) {
      afterStar = ++at;
      starTo = to;
    } else if (at < pattern.length && byte == QUESTION_MARK) {
      at++;
      to = afterCharacter(text, to);
    } else if (at < pattern.length && byte == text.byteAt(to)) {
      at++;
      to++;
    } else {
      if (afterStar < 0) return false;
      at = afterStar;
      starTo = afterCharacter(text, starTo);
      to = starTo;
    }
  }
  while (at < pattern.length && pattern.byteAt(at) == STAR) at++;
  return at == pattern.length;
}

/**
 * The same by segments, for ids of apps: `*` and `?` stay within a segment, a segment `**` is any number of them, none
 * as well. Both begin with a slash.
 */
export function matchesPathGlob(pattern: Text, path: Text): bool {
  let at = 1;
  let to = 1;
  let afterStars = -1;
  let starsTo = 0;
  while (to <= path.length) {
    const end = segmentEnd(path, to);
    if (isStars(pattern, at)) {
      at = segmentEnd(pattern, at) + 1;
      afterStars = at;
      starsTo = to;
    } else if (hasSegment(pattern, at, path.slice(to, end))) {
      at = segmentEnd(pattern, at) + 1;
      to = end + 1;
    } else {
      if (afterStars < 0) return false;
      at = afterStars;
      starsTo = segmentEnd(path, starsTo) + 1;
      to = starsTo;
    }
  }
  while (isStars(pattern, at)) at = segmentEnd(pattern, at) + 1;
  return at > pattern.length;
}

function hasSegment(pattern: Text, at: i32, segment: Text): bool {
  return at <= pattern.length && matchesGlob(pattern.slice(at, segmentEnd(pattern, at)), segment);
}

function isStars(pattern: Text, at: i32): bool {
  return pattern.hasAt(at, "**") && segmentEnd(pattern, at) == at + 2;
}

// Index of the next character of UTF-8.
function afterCharacter(text: Text, at: i32): i32 {
  at++;
  while (at < text.length && (text.byteAt(at) & 0xc0) == 0x80) at++;
  return at;
}
