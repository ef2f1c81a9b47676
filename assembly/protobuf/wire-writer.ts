import { Text } from "../json/text";
import { WIRE_BYTES, WIRE_VARINT } from "./wire-reader";

/** Longest tag and length in front of a message here: one byte and five. */
const HEADER_MAX_BYTES: usize = 6;

/** Length of a message that is kept in front of it, outside of protobuf. */
const FRAME_BYTES: usize = 4;

/** Writes protobuf's wire format into a buffer whose size the caller knows beforehand. Field numbers are below 16. */
export class WireWriter {
  private readonly start: usize;
  private at: usize;

  /** @param capacity in bytes; what is written never exceeds it */
  constructor(private readonly capacity: i32) {
    this.start = heap.alloc(FRAME_BYTES + <usize>capacity + HEADER_MAX_BYTES);
    this.at = this.start + FRAME_BYTES;
  }

  /** What is written, with its length in four bytes in front, the lowest one first. */
  framed(): Text {
    const length = <i32>(this.at - this.start - FRAME_BYTES);
    assert(length <= this.capacity, "WireWriter: more was written than there was room for");
    store<u32>(this.start, length);
    return new Text(this.start, <i32>FRAME_BYTES + length);
  }

  bytes(field: i32, value: Text): void {
    this.header(field, value.length);
    memory.copy(this.at, value.start, <usize>value.length);
    this.at += <usize>value.length;
  }

  boolean(field: i32, value: bool): void {
    store<u8>(this.at++, <u8>((field << 3) | WIRE_VARINT));
    store<u8>(this.at++, <u8>value);
  }

  /** Begins a message; gives the address of its first byte for `endMessage`. */
  beginMessage(): usize {
    this.at += HEADER_MAX_BYTES;
    return this.at;
  }

  /** Ends a message: its length is known now, and it moves up to its header. */
  endMessage(field: i32, body: usize): void {
    const length = this.at - body;
    this.at = body - HEADER_MAX_BYTES;
    this.header(field, <i32>length);
    memory.copy(this.at, body, length);
    this.at += length;
  }

  private header(field: i32, length: i32): void {
    store<u8>(this.at++, <u8>((field << 3) | WIRE_BYTES));
    let rest = <u32>length;
    for (; rest >= 0x80; rest >>= 7) store<u8>(this.at++, <u8>(rest | 0x80));
    store<u8>(this.at++, <u8>rest);
  }
}
