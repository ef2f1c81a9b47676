/** A run of UTF-8 bytes in memory: a value as the user wrote it, escapes resolved, never copied without need. */
export class Text {
  constructor(
    /** Address of the first byte. */
    readonly start: usize,
    /** Length in bytes. */
    readonly length: i32,
  ) {}

  /** The UTF-8 bytes of a string. */
  static of(value: string): Text {
    const length = String.UTF8.byteLength(value);
    const start = heap.alloc(<usize>length);
    String.UTF8.encodeUnsafe(changetype<usize>(value), value.length, start);
    return new Text(start, length);
  }

  static empty(): Text {
    return new Text(0, 0);
  }

  byteAt(index: i32): u8 {
    return load<u8>(this.start + <usize>index);
  }

  /** Bytes from `from` up to but without `to`. */
  slice(from: i32, to: i32): Text {
    return new Text(this.start + <usize>from, to - from);
  }

  equals(other: Text): bool {
    if (this.length != other.length) return false;
    return this.length == 0 || memory.compare(this.start, other.start, <usize>this.length) == 0;
  }

  /** Equal but for the case of the letters A to Z. */
  equalsWithoutCase(other: Text): bool {
    if (this.length != other.length) return false;
    for (let index = 0; index < this.length; index++) {
      if (lowerCase(this.byteAt(index)) != lowerCase(other.byteAt(index))) return false;
    }
    return true;
  }

  /** Compares with an ASCII string of the source. */
  is(ascii: string): bool {
    return this.length == ascii.length && this.startsWith(ascii);
  }

  /** Compares with an ASCII string of lower-case letters, without regard to this text's case. */
  isWithoutCase(ascii: string): bool {
    return this.length == ascii.length && this.hasAtWithoutCase(0, ascii);
  }

  startsWith(ascii: string): bool {
    const units = changetype<usize>(ascii);
    if (this.length < ascii.length) return false;
    for (let index = 0; index < ascii.length; index++) {
      if (<u16>this.byteAt(index) != load<u16>(units + (<usize>index << 1))) return false;
    }
    return true;
  }

  /** Index of a byte at or after `from`, or -1. */
  indexOf(byte: u8, from: i32 = 0): i32 {
    for (let index = from; index < this.length; index++) {
      if (this.byteAt(index) == byte) return index;
    }
    return -1;
  }

  /** True when an ASCII string of lower-case letters stands at an index, without regard to this text's case. */
  hasAtWithoutCase(at: i32, ascii: string): bool {
    const length = ascii.length;
    if (at + length > this.length) return false;
    const units = changetype<usize>(ascii);
    for (let index = 0; index < length; index++) {
      if (<u16>lowerCase(this.byteAt(at + index)) != load<u16>(units + (<usize>index << 1))) return false;
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

  toString(): string {
    return String.UTF8.decodeUnsafe(this.start, <usize>this.length);
  }
}

function isBlank(byte: u8): bool {
  return byte == 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

/** The lower-case letter for A to Z, any other byte as it is. */
export function lowerCase(byte: u8): u8 {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}
