import { Text } from "../json/text";
import { JsonError } from "../json/json-error";
import { Writer } from "../json/writer";
import { writePointer } from "./pointer";
import { Place } from "./source";

/** Line and column of offsets in a text. As long as offsets rise, each byte is looked at once. */
// @ts-ignore: decorator
@unmanaged
export class Position {
  private text: usize = 0;
  private at: i32 = 0;
  private line: i32 = 1;
  private column: i32 = 1;

  /** Writes `pointer`, `offset`, `line` and `column` of a place; all null when it is known to be nowhere. */
  write(writer: Writer, place: Place): void {
    const tape = place.source.tape;
    if (place.isKnown) this.moveTo(tape.text, place.offset);
    writer.key("pointer");
    if (place.isKnown && tape.error == JsonError.None && tape.count > 0) writePointer(writer, tape, place.offset);
    else writer.null();
    writeKnown(writer, "offset", place.isKnown, place.offset);
    writeKnown(writer, "line", place.isKnown, this.line);
    writeKnown(writer, "column", place.isKnown, this.column);
  }

  private moveTo(text: usize, offset: i32): void {
    if (text != this.text || offset < this.at) {
      this.text = text;
      this.at = 0;
      this.line = 1;
      this.column = 1;
    }
    const lineStart = this.passLines(offset);
    if (lineStart > this.at) {
      this.at = lineStart;
      this.column = 1;
    }
    this.column += utf16Length(text + <usize>this.at, text + <usize>offset);
    this.at = offset;
  }

  // Counts the line feeds up to an offset. Gives the offset after the last of them, or `at` when there is none.
  private passLines(offset: i32): i32 {
    let lineStart = this.at;
    let index = this.at;
    while (index + 8 <= offset) {
      const lineFeeds = lineFeedsOf(load<u64>(this.text + <usize>index));
      if (lineFeeds != 0) {
        this.line += <i32>popcnt(lineFeeds);
        lineStart = index + 8 - <i32>(clz(lineFeeds) >> 3);
      }
      index += 8;
    }
    for (; index < offset; index++) {
      if (load<u8>(this.text + <usize>index) != 0x0a) continue;
      this.line++;
      lineStart = index + 1;
    }
    return lineStart;
  }
}

// The highest bit of each byte that is a line feed: the test for a zero byte that does not borrow, on the word xor a
// line feed in each byte.
function lineFeedsOf(word: u64): u64 {
  const other = word ^ 0x0a0a0a0a0a0a0a0a;
  const low: u64 = 0x7f7f7f7f7f7f7f7f;
  return ~(((other & low) + low) | other | low);
}

// UTF-16 units of UTF-8 bytes: one a character, two for those past the basic plane, none for continuation bytes.
function utf16Length(from: usize, to: usize): i32 {
  let length = 0;
  while (from < to) {
    if (from + 8 <= to && (load<u64>(from) & 0x8080808080808080) == 0) {
      length += 8;
      from += 8;
      continue;
    }
    const byte = load<u8>(from++);
    if ((byte & 0xc0) != 0x80) length += byte >= 0xf0 ? 2 : 1;
  }
  return length;
}

function writeKnown(writer: Writer, key: Text, isKnown: bool, value: i32): void {
  writer.key(key);
  if (isKnown) writer.integer(value);
  else writer.null();
}
