import { allocateText, areEqual, copyBytes, findByte } from "./bytes";

/**
 * A run of UTF-8 bytes in memory: a value as the user wrote it, escapes resolved, never copied without need; or a
 * literal of the source, which the compiler puts into static memory (compiler/text-literals.ts, which relies on the
 * order of the two fields and on this name being global).
 */
// @ts-ignore: decorator
@global @unmanaged
export class Text {
  constructor(
    /** Address of the first byte. */
    readonly start: usize,
    /** Length in bytes. */
    readonly length: i32,
  ) {}

  /** The UTF-8 bytes of a string of AssemblyScript's own: the message of a failed assertion. */
  static of(value: string): Text {
    const length = String.UTF8.byteLength(value);
    const start = allocateText(<usize>length);
    String.UTF8.encodeUnsafe(changetype<usize>(value), value.length, start);
    return new Text(start, length);
  }

  /** One ASCII character. */
  static ofByte(byte: u8): Text {
    const start = allocateText(1);
    store<u8>(start, byte);
    return new Text(start, 1);
  }

  static empty(): Text {
    return "";
  }

  /** Both texts, one after the other: for messages. */
  @operator("+")
  plus(other: Text): Text {
    const length = this.length + other.length;
    const start = allocateText(<usize>length);
    copyBytes(start, this.start, <usize>this.length);
    copyBytes(start + <usize>this.length, other.start, <usize>other.length);
    return new Text(start, length);
  }

  byteAt(index: i32): u8 {
    return load<u8>(this.start + <usize>index);
  }

  /** Bytes from `from` up to but without `to`. */
  slice(from: i32, to: i32): Text {
    return new Text(this.start + <usize>from, to - from);
  }

  equals(other: Text): bool {
    return this.length == other.length && areEqual(this.start, other.start, this.length);
  }

  /** Equal but for the case of the letters A to Z. */
  // @ts-ignore: decorator
  @inline
  equalsWithoutCase(other: Text): bool {
    return this.length == other.length && areEqualWithoutCase(this, other);
  }

  startsWith(other: Text): bool {
    return this.length >= other.length && areEqual(this.start, other.start, other.length);
  }

  /** True when a text stands at an index. */
  hasAt(at: i32, other: Text): bool {
    return this.length - at >= other.length && areEqual(this.start + <usize>at, other.start, other.length);
  }

  /** Index of a byte at or after `from`, or -1. */
  indexOf(byte: u8, from: i32 = 0): i32 {
    const end = this.start + <usize>this.length;
    const at = findByte(this.start + <usize>from, end, byte);
    return at < end ? <i32>(at - this.start) : -1;
  }

  /** True when a text of lower-case letters stands at an index, without regard to this text's case. */
  hasAtWithoutCase(at: i32, lower: Text): bool {
    if (at + lower.length > this.length) return false;
    for (let index = 0; index < lower.length; index++) {
      if (lowerCase(this.byteAt(at + index)) != lower.byteAt(index)) return false;
    }
    return true;
  }

  /** Without the spaces and tabs around it. */
  trim(): Text {
    let from = 0;
    let to = this.length;
    while (from < to && isBlank(this.byteAt(from))) from++;
    while (to > from && isBlank(this.byteAt(to - 1))) to--;
    return this.slice(from, to);
  }
}

function areEqualWithoutCase(one: Text, other: Text): bool {
  for (let index = 0; index < one.length; index++) {
    if (lowerCase(one.byteAt(index)) != lowerCase(other.byteAt(index))) return false;
  }
  return true;
}

function isBlank(byte: u8): bool {
  return byte == 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

/** The lower-case letter for A to Z, any other byte as it is. */
export function lowerCase(byte: u8): u8 {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}
