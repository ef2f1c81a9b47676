import { RESPONSE_SIZE_MAX_BYTES } from "../limits";
import { Tape } from "./tape";
import { Text } from "./text";

/**
 * Writes JSON as UTF-8 bytes: commas by itself, keys in the order in which they are given, no white space, so that the
 * same calls give the same bytes. The caller opens and closes in pairs.
 */
export class Writer {
  private start: usize;
  private capacity: usize;
  private at: usize;
  private needsComma: bool = false;

  constructor(capacity: i32 = 1024) {
    this.capacity = <usize>capacity;
    this.start = heap.alloc(this.capacity);
    this.at = this.start;
  }

  /** Address of the first byte. */
  get address(): usize {
    return this.start;
  }

  /** Length in bytes. */
  get length(): i32 {
    return <i32>(this.at - this.start);
  }

  // Makes room for `size` more bytes.
  private reserve(size: usize): void {
    const used = this.at - this.start;
    if (used + size <= this.capacity) return;
    assert(used + size <= <usize>RESPONSE_SIZE_MAX_BYTES, "the answer is larger than RESPONSE_SIZE_MAX_BYTES");
    const capacity = min(max(this.capacity * 2, used + size), <usize>RESPONSE_SIZE_MAX_BYTES);
    this.start = heap.realloc(this.start, capacity);
    this.at = this.start + used;
    this.capacity = capacity;
  }

  private byte(byte: u8): void {
    store<u8>(this.at++, byte);
  }

  private comma(size: usize): void {
    this.reserve(size + 1);
    if (this.needsComma) this.byte(0x2c);
    this.needsComma = true;
  }

  beginObject(): void {
    this.comma(1);
    this.byte(0x7b);
    this.needsComma = false;
  }

  endObject(): void {
    this.reserve(1);
    this.byte(0x7d);
    this.needsComma = true;
  }

  beginArray(): void {
    this.comma(1);
    this.byte(0x5b);
    this.needsComma = false;
  }

  endArray(): void {
    this.reserve(1);
    this.byte(0x5d);
    this.needsComma = true;
  }

  /** Writes a key of plain ASCII that needs no escape; its value follows. */
  key(name: string): void {
    this.comma(<usize>name.length + 3);
    this.byte(0x22);
    this.ascii(name);
    this.byte(0x22);
    this.byte(0x3a);
    this.needsComma = false;
  }

  null(): void {
    this.literal("null");
  }

  boolean(value: bool): void {
    this.literal(value ? "true" : "false");
  }

  private literal(name: string): void {
    this.comma(<usize>name.length);
    this.ascii(name);
  }

  // Room is already there.
  private ascii(text: string): void {
    const units = changetype<usize>(text);
    const length = <usize>text.length;
    for (let index: usize = 0; index < length; index++) store<u8>(this.at + index, load<u8>(units + (index << 1)));
    this.at += length;
  }

  integer(value: i64): void {
    this.comma(20);
    let rest = value < 0 ? 0 - <u64>value : <u64>value;
    if (value < 0) this.byte(0x2d);
    let size: usize = 1;
    for (let power = rest; power >= 10; power /= 10) size++;
    for (let index = size; index > 0; index--) {
      store<u8>(this.at + index - 1, <u8>(0x30 + rest % 10));
      rest /= 10;
    }
    this.at += size;
  }

  /** Writes a string of the source or of a message. */
  string(value: string): void {
    this.text(Text.of(value));
  }

  /** Writes a text, or null. */
  textOrNull(value: Text | null): void {
    if (value === null) this.null();
    else this.text(value);
  }

  /** Writes a text with the escapes that RFC 8259 requires. */
  text(value: Text): void {
    const size = escapedLength(value);
    this.comma(<usize>size + 2);
    this.byte(0x22);
    if (size == value.length) {
      memory.copy(this.at, value.start, <usize>size);
      this.at += <usize>size;
    } else {
      for (let index = 0; index < value.length; index++) this.escaped(value.byteAt(index));
    }
    this.byte(0x22);
  }

  /** Begins a string that is written in parts. */
  beginString(): void {
    this.comma(1);
    this.byte(0x22);
  }

  /** One part of a string, escaped as it needs. */
  part(value: Text): void {
    this.reserve(<usize>escapedLength(value));
    for (let index = 0; index < value.length; index++) this.escaped(value.byteAt(index));
  }

  endString(): void {
    this.reserve(1);
    this.byte(0x22);
  }

  private escaped(byte: u8): void {
    if (byte >= 0x20 && byte != 0x22 && byte != 0x5c) {
      this.byte(byte);
      return;
    }
    this.byte(0x5c);
    switch (byte) {
      case 0x08: this.byte(0x62); break;
      case 0x09: this.byte(0x74); break;
      case 0x0a: this.byte(0x6e); break;
      case 0x0c: this.byte(0x66); break;
      case 0x0d: this.byte(0x72); break;
      case 0x22: case 0x5c: this.byte(byte); break;
      default:
        this.ascii(byte < 0x10 ? "u000" : "u001");
        this.byte(hexDigit(byte & 15));
    }
  }

  /** Writes a string of a text that was read, exactly as it stands there, escapes and all. */
  token(tape: Tape, node: i32): void {
    const raw = tape.raw(node);
    this.comma(<usize>raw.length + 2);
    this.byte(0x22);
    memory.copy(this.at, raw.start, <usize>raw.length);
    this.at += <usize>raw.length;
    this.byte(0x22);
  }

  /** The result of an exported function: address in the upper half, length in the lower. */
  result(): i64 {
    return (<i64>this.start << 32) | <i64>this.length;
  }
}

function escapedLength(value: Text): i32 {
  let size = value.length;
  for (let index = 0; index < value.length; index++) {
    const byte = value.byteAt(index);
    if (byte == 0x22 || byte == 0x5c) size++;
    else if (byte < 0x20) size += hasShortEscape(byte) ? 1 : 5;
  }
  return size;
}

function hasShortEscape(byte: u8): bool {
  return byte >= 0x08 && byte <= 0x0d && byte != 0x0b;
}

function hexDigit(value: u8): u8 {
  return value < 10 ? 0x30 + value : 0x57 + value;
}
