import { NODES_MAX } from "../limits";
import { areEqual } from "./bytes";
import { JsonError } from "./json-error";
import { Text } from "./text";
import { resolvesTo, unescape } from "./unescape";

/** What a value is. */
export const enum Kind {
  Null = 1,
  True,
  False,
  Number,
  String,
  Array,
  Object,
}

/** No such value: what a search gives that finds nothing. */
export const NONE: i32 = -1;

const ESCAPED: u32 = 8;
/** Size of an entry in bytes. */
export const ENTRY_SIZE: usize = 16;
/** One more than there may be values: a key is written before it is known that its value is one too many. */
const CAPACITY_MAX: i32 = NODES_MAX + 1;

/** Writes an entry that contains no others, or none yet. Used by the reader only. */
// @ts-ignore: decorator
@inline
export function storeEntry(entries: usize, entry: usize, kind: Kind, start: usize, end: usize, escaped: bool): void {
  const after = (entry - entries) / ENTRY_SIZE + 1;
  store<u64>(entry, <u64>start | (<u64>end << 32));
  store<u64>(entry, <u64>after | (<u64>(<u32>kind | (escaped ? ESCAPED : 0)) << 32), 8);
}

/**
 * An index over the bytes of a JSON text: one entry of 16 bytes a value, in the order of the text, so that a value is
 * followed by what it contains and knows where the next one begins. Strings and numbers stay in the text. An object's
 * entries alternate: key, value, key, value.
 *
 * Entry: start and end in the text (offsets in bytes; a string's without its quotes), number of the entry after the
 * whole value, kind with the escape mark.
 */
// @ts-ignore: decorator
@unmanaged
export class Tape {
  /** Why reading stopped; `None` when the text is good. */
  error: JsonError = JsonError.None;
  /** What was expected there, ready for a message; may be empty. */
  expected: Text = "";
  /** Where reading stopped, as an offset in bytes. */
  errorOffset: i32 = 0;
  /** Number of entries. */
  count: i32 = 0;
  /** Address of the first entry; the reader writes the entries. */
  readonly entries: usize;
  private capacity: i32;

  constructor(
    /** Address of the text's first byte. */
    readonly text: usize,
    /** Length of the text in bytes. */
    readonly length: i32,
  ) {
    // A value takes 16 bytes of a usual document, or half of that without white space.
    this.capacity = min(16 + length / 8, CAPACITY_MAX);
    this.entries = heap.alloc(<usize>this.capacity * ENTRY_SIZE);
  }

  /** Where the reader asks for more room: an entry before it can be written, and the one after it as well. */
  get limit(): usize {
    return this.entries + <usize>(this.capacity - 1) * ENTRY_SIZE;
  }

  /** Makes room for more entries and gives the new limit; the same one when there are NODES_MAX of them. */
  makeRoom(): usize {
    this.capacity = min(this.capacity * 2, CAPACITY_MAX);
    // The tape is the newest block while a text is read, so that it grows in place.
    const entries = heap.realloc(this.entries, <usize>this.capacity * ENTRY_SIZE);
    assert(entries == this.entries, "the tape is not the newest block");
    return this.limit;
  }

  // @ts-ignore: decorator
  @inline
  private entry(node: i32): usize {
    return this.entries + <usize>node * ENTRY_SIZE;
  }

  kind(node: i32): Kind {
    return <Kind>(load<u32>(this.entry(node) + 12) & 7);
  }

  /** Offset of the value's first byte; of a string, of the byte after its quote. */
  start(node: i32): i32 {
    return <i32>load<u32>(this.entry(node));
  }

  /** Offset of the byte after the value; of a string, of its closing quote. */
  end(node: i32): i32 {
    return <i32>load<u32>(this.entry(node) + 4);
  }

  /** Entry after the value and all it contains. */
  after(node: i32): i32 {
    return <i32>load<u32>(this.entry(node) + 8);
  }

  isEscaped(node: i32): bool {
    return (load<u32>(this.entry(node) + 12) & ESCAPED) != 0;
  }

  is(node: i32, kind: Kind): bool {
    return node != NONE && this.kind(node) == kind;
  }

  /** First key of an object or first element of an array; `NONE` when it is empty. */
  first(node: i32): i32 {
    return node + 1 < this.after(node) ? node + 1 : NONE;
  }

  /** Value of a key. */
  value(key: i32): i32 {
    return key + 1;
  }

  /** Key after this one in the object, or `NONE`. */
  nextKey(object: i32, key: i32): i32 {
    const next = this.after(key + 1);
    return next < this.after(object) ? next : NONE;
  }

  /** Element after this one in the array, or `NONE`. */
  nextElement(array: i32, element: i32): i32 {
    const next = this.after(element);
    return next < this.after(array) ? next : NONE;
  }

  /** Text of a string, escapes resolved; of a number, its digits as written. */
  textOf(node: i32): Text {
    const raw = this.raw(node);
    return this.isEscaped(node) ? unescape(raw) : raw;
  }

  /** Bytes of a value as they stand in the text; of a string, without its quotes and with its escapes. */
  raw(node: i32): Text {
    const start = this.start(node);
    return new Text(this.text + <usize>start, this.end(node) - start);
  }

  /** True when the key, escapes resolved, is this ASCII name. Most keys differ in length: that is asked in place. */
  // @ts-ignore: decorator
  @inline
  keyIs(key: i32, name: Text): bool {
    const entry = this.entry(key);
    const length = <i32>(load<u32>(entry + 4) - load<u32>(entry));
    return (length == name.length || this.isEscaped(key)) && this.keyEquals(key, name);
  }

  private keyEquals(key: i32, name: Text): bool {
    if (this.isEscaped(key)) return resolvesTo(this.raw(key), name);
    const start = this.start(key);
    return areEqual(this.text + <usize>start, name.start, name.length);
  }
}
