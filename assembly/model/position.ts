import { JsonError } from "../json/json-error";
import { Writer } from "../json/writer";
import { writePointer } from "./pointer";
import { Place } from "./source";

/** Line and column of offsets in a text. As long as offsets rise, each byte is looked at once. */
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
    while (this.at < offset) {
      const byte = load<u8>(text + <usize>this.at);
      if (byte == 0x0a) {
        this.line++;
        this.column = 1;
      } else if ((byte & 0xc0) != 0x80) {
        // One UTF-16 unit a character, two for those past the basic plane, none for continuation bytes.
        this.column += byte >= 0xf0 ? 2 : 1;
      }
      this.at++;
    }
  }
}

function writeKnown(writer: Writer, key: string, isKnown: bool, value: i32): void {
  writer.key(key);
  if (isKnown) writer.integer(value);
  else writer.null();
}
