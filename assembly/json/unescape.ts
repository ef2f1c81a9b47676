import { Text } from "./text";
import { allocateText } from "./bytes";
import { hexValue } from "./scan";
import { Text } from "./text";
import { storeUtf8 } from "./utf8";

/**
 * Resolves the escapes of a scanned string into new memory. An escaped surrogate without its other half has no UTF-8
 * form and becomes U+FFFD, as `String.prototype.toWellFormed` does.
 */
export function unescape(raw: Text): Text {
  const target = allocateText(<usize>raw.length);
  let to = target;
  let at = raw.start;
  const end = raw.start + <usize>raw.length;
  while (at < end) {
    const byte = load<u8>(at);
    if (byte != 0x5c) {
      store<u8>(to++, byte);
      at++;
    } else {
      const codePoint = escapedCodePoint(at, end);
      to = storeUtf8(to, codePoint);
      at += escapeLength(at, codePoint);
    }
  }
  return new Text(target, <i32>(to - target));
}

/** True when the raw string, its escapes resolved, is this ASCII name. Takes no memory, however many keys are asked. */
export function resolvesTo(raw: Text, name: Text): bool {
  let at = raw.start;
  const end = raw.start + <usize>raw.length;
  for (let index = 0; index < name.length; index++) {
    if (at >= end) return false;
    const isEscape = load<u8>(at) == 0x5c;
    const codePoint = isEscape ? escapedCodePoint(at, end) : load<u8>(at);
    if (codePoint != name.byteAt(index)) return false;
    at += isEscape ? escapeLength(at, codePoint) : 1;
  }
  return at == end;
}

/**
 * Offset in the raw bytes of the byte that resolves to `offset` of the unescaped text, for positions inside a string.
 */
export function rawOffset(raw: Text, offset: i32): i32 {
  let at = raw.start;
  const end = raw.start + <usize>raw.length;
  let resolved = 0;
  while (at < end && resolved < offset) {
    if (load<u8>(at) != 0x5c) {
      at++;
      resolved++;
    } else {
      const codePoint = escapedCodePoint(at, end);
      resolved += utf8Length(codePoint);
      at += escapeLength(at, codePoint);
    }
  }
  return <i32>(at - raw.start);
}

function utf8Length(codePoint: u32): i32 {
  return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
}

/** True when the raw string escapes a surrogate without its other half. */
export function hasLoneSurrogate(raw: Text): bool {
  let at = raw.start;
  const end = raw.start + <usize>raw.length;
  while (at < end) {
    if (load<u8>(at) != 0x5c) {
      at++;
    } else {
      const codePoint = escapedCodePoint(at, end);
      if (codePoint >= 0xd800 && codePoint <= 0xdfff) return true;
      at += escapeLength(at, codePoint);
    }
  }
  return false;
}

// `at` is the backslash.
function escapedCodePoint(at: usize, end: usize): u32 {
  const letter = load<u8>(at + 1);
  switch (letter) {
    case 0x62: return 0x08;
    case 0x66: return 0x0c;
    case 0x6e: return 0x0a;
    case 0x72: return 0x0d;
    case 0x74: return 0x09;
    case 0x75: break;
    default: return letter;
  }
  const high = hexUnit(at + 2);
  if (high < 0xd800 || high > 0xdbff || at + 12 > end) return high;
  if (load<u8>(at + 6) != 0x5c || load<u8>(at + 7) != 0x75) return high;
  const low = hexUnit(at + 8);
  if (low < 0xdc00 || low > 0xdfff) return high;
  return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

function escapeLength(at: usize, codePoint: u32): usize {
  if (load<u8>(at + 1) != 0x75) return 2;
  return codePoint >= 0x10000 ? 12 : 6;
}

function hexUnit(at: usize): u32 {
  return <u32>(
    (hexValue(load<u8>(at)) << 12) |
    (hexValue(load<u8>(at + 1)) << 8) |
    (hexValue(load<u8>(at + 2)) << 4) |
    hexValue(load<u8>(at + 3))
  );
}
