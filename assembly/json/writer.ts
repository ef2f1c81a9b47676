import { Text } from "./text";
import { RESPONSE_SIZE_MAX_BYTES } from "../limits";
import { copyBytes, PADDING_BYTES } from "./bytes";
import { hexDigit } from "./digits";
import { specialBytes } from "./special-bytes";
import { Tape } from "./tape";
import { Text } from "./text";

/** Longest text that is copied in a loop. */
const COPY_LOOP_MAX_BYTES: usize = 128;

/** Room past what is written: texts are copied eight bytes at a time. */
const SLACK_BYTES: usize = PADDING_BYTES;

/**
 * Writes JSON as UTF-8 bytes: commas by itself, keys in the order in which they are given, no white space, so that the
 * same calls give the same bytes. The caller opens and closes in pairs.
 */
// @ts-ignore: decorator
@unmanaged
export class Writer {
  private start: usize;
  private at: usize;
  /** Address up to which there is room, the slack not counted. */
  private limit: usize;
  private needsComma: bool = false;

  constructor(capacity: i32 = 1024) {
    this.start = heap.alloc(<usize>capacity + SLACK_BYTES);
    this.at = this.start;
    this.limit = this.start + <usize>capacity;
  }

  /** Length in bytes. */
  get length(): i32 {
    return <i32>(this.at - this.start);
  }

  // Makes room for `size` more bytes.
  // @ts-ignore: decorator
  @inline
  private reserve(size: usize): void {
    if (this.at + size > this.limit) this.grow(size);
  }

  private grow(size: usize): void {
    const used = this.at - this.start;
    assert(used + size <= <usize>RESPONSE_SIZE_MAX_BYTES, "the answer is larger than RESPONSE_SIZE_MAX_BYTES");
    const capacity = min(max((this.limit - this.start) * 2, used + size), <usize>RESPONSE_SIZE_MAX_BYTES);
    this.start = heap.realloc(this.start, capacity + SLACK_BYTES);
    this.at = this.start + used;
    this.limit = this.start + capacity;
  }

  // @ts-ignore: decorator
  @inline
  private byte(byte: u8): void {
    store<u8>(this.at++, byte);
  }

  // @ts-ignore: decorator
  @inline
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
  key(name: Text): void {
    this.comma(<usize>name.length + 3);
    this.byte(0x22);
    this.copy(name.start, <usize>name.length);
    this.byte(0x22);
    this.byte(0x3a);
    this.needsComma = false;
  }

  null(): void {
    this.value("null");
  }

  boolean(value: bool): void {
    this.value(value ? "true" : "false");
  }

  private value(json: Text): void {
    this.comma(<usize>json.length);
    this.copy(json.start, <usize>json.length);
  }

  /** Writes a piece of JSON as it stands; commas and brackets in it are the caller's, one before what follows too. */
  piece(json: Text): void {
    this.reserve(<usize>json.length);
    this.copy(json.start, <usize>json.length);
    this.needsComma = false;
  }

  /** Writes a value that another writer has written. */
  raw(json: Text): void {
    this.value(json);
  }

  /** What was written so far. */
  written(): Text {
    return new Text(this.start, this.length);
  }

  /** Writes a text that needs no escape: one of the source, or of an unescaped string that was read. */
  constant(value: Text): void {
    const size = <usize>value.length;
    this.comma(size + 2);
    this.byte(0x22);
    this.copy(value.start, size);
    this.byte(0x22);
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

  /** Writes a text, or null. */
  textOrNull(value: Text | null): void {
    if (value === null) this.null();
    else this.text(value);
  }

  /** Writes a text with the escapes that RFC 8259 requires. */
  text(value: Text): void {
    this.comma(<usize>value.length + 2);
    this.byte(0x22);
    this.escape(value.start, value.start + <usize>value.length);
    this.reserve(1);
    this.byte(0x22);
  }

  // Copies eight bytes at a time, as long as none of them needs an escape. Room for the bytes as they are is there.
  private escape(from: usize, end: usize): void {
    let to = this.at;
    while (from < end) {
      const word = load<u64>(from);
      store<u64>(to, word);
      const plain = <usize>(ctz(specialBytes(word)) >> 3);
      from += plain;
      to += plain;
      if (plain < 8 && from < end) {
        this.at = to;
        this.escapeSlowly(from, end);
        return;
      }
    }
    this.at = to - (from - end);
  }

  private escapeSlowly(from: usize, end: usize): void {
    this.reserve(escapedLength(from, end));
    while (from < end) this.escaped(load<u8>(from++));
  }

  /** Begins a string that is written in parts. */
  beginString(): void {
    this.comma(1);
    this.byte(0x22);
  }

  /** One part of a string, escaped as it needs. */
  part(value: Text): void {
    this.reserve(<usize>value.length);
    this.escape(value.start, value.start + <usize>value.length);
  }

  /** One byte of a string that needs no escape. */
  mark(byte: u8): void {
    this.reserve(1);
    this.byte(byte);
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
        this.byte(0x75);
        this.byte(0x30);
        this.byte(0x30);
        this.byte(byte < 0x10 ? 0x30 : 0x31);
        this.byte(hexDigit(byte & 15));
    }
  }

  /** Writes a string of a text that was read, exactly as it stands there, escapes and all. */
  token(tape: Tape, node: i32): void {
    const raw = tape.raw(node);
    this.comma(<usize>raw.length + 2);
    this.byte(0x22);
    this.copy(raw.start, <usize>raw.length);
    this.byte(0x22);
  }

  // Room is already there. Short texts are the rule, and `memory.copy` is a call out of the module's code in V8.
  // @ts-ignore: decorator
  @inline
  private copy(from: usize, size: usize): void {
    if (size <= COPY_LOOP_MAX_BYTES) copyBytes(this.at, from, size);
    else memory.copy(this.at, from, size);
    this.at += size;
  }

  /** The result of an exported function: address in the upper half, length in the lower. */
  result(): i64 {
    return (<i64>this.start << 32) | <i64>this.length;
  }
}

function escapedLength(from: usize, end: usize): usize {
  let size = end - from;
  while (from < end) {
    const byte = load<u8>(from++);
    if (byte == 0x22 || byte == 0x5c) size++;
    else if (byte < 0x20) size += hasShortEscape(byte) ? 1 : 5;
  }
  return size;
}

function hasShortEscape(byte: u8): bool {
  return byte >= 0x08 && byte <= 0x0d && byte != 0x0b;
}
