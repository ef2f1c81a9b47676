/** Wire types of protobuf's encoding that are asked for by name. */
export const WIRE_VARINT: i32 = 0;
export const WIRE_BYTES: i32 = 2;
const WIRE_FIXED64: i32 = 1;
const WIRE_GROUP: i32 = 3;
const WIRE_GROUP_END: i32 = 4;
const WIRE_FIXED32: i32 = 5;

/** Longest varint: 64 bits in groups of seven. */
const VARINT_MAX_BYTES: u64 = 10;
/** Groups inside of groups that are skipped; the original's schema has none at all. */
const GROUPS_MAX: i32 = 64;

/**
 * The fields of one message in protobuf's wire format, from bytes that nobody vouches for. Nothing is read past the
 * end; the first byte that cannot be right breaks the reader, which then has no more fields.
 */
export class WireReader {
  /** Number and wire type of the current field. */
  field: i32 = 0;
  wire: i32 = 0;
  isBroken: bool = false;
  private groups: i32 = 0;

  constructor(
    private at: usize,
    private readonly end: usize,
  ) {}

  /** Address of the next byte. */
  get position(): usize {
    return this.at;
  }

  /** Goes to the next field; false at the end, or when broken. */
  next(): bool {
    if (this.isBroken || this.at == this.end) return false;
    const tag = this.varint();
    this.field = <i32>(tag >> 3);
    this.wire = <i32>(tag & 7);
    if (tag > <u64>u32.MAX_VALUE || this.field == 0) this.isBroken = true;
    return !this.isBroken;
  }

  /** Value of a varint; 0 when broken. Bits past the 64th are dropped, as protobuf does. */
  varint(): u64 {
    let value: u64 = 0;
    for (let count: u64 = 0; count < VARINT_MAX_BYTES && this.at < this.end; count++) {
      const byte = <u64>load<u8>(this.at++);
      value |= (byte & 0x7f) << (7 * count);
      if (byte < 0x80) return value;
    }
    this.isBroken = true;
    return 0;
  }

  /** Passes bytes with their length in front; gives the address of the first one, and the next one is at `position`. */
  bytes(): usize {
    const length = this.varint();
    const start = this.at;
    this.pass(length);
    return start;
  }

  /** Passes the current field. */
  skip(): void {
    switch (this.wire) {
      case WIRE_VARINT: this.varint(); break;
      case WIRE_FIXED64: this.pass(8); break;
      case WIRE_BYTES: this.bytes(); break;
      case WIRE_GROUP: this.skipGroup(); break;
      case WIRE_FIXED32: this.pass(4); break;
      default: this.isBroken = true;
    }
  }

  private pass(length: u64): void {
    if (length > <u64>(this.end - this.at)) this.isBroken = true;
    if (!this.isBroken) this.at += <usize>length;
  }

  private skipGroup(): void {
    const group = this.field;
    if (this.groups++ < GROUPS_MAX) {
      while (this.next()) {
        if (this.wire == WIRE_GROUP_END) {
          this.groups--;
          if (this.field != group) this.isBroken = true;
          return;
        }
        this.skip();
      }
    }
    this.isBroken = true;
  }
}
