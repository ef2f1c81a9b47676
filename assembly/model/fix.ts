import { NONE, Tape } from "../json/tape";
import { Text } from "../json/text";
import { Writer } from "../json/writer";
import { outerEnd, outerStart, writePointer } from "./pointer";

const COMMA: u8 = 0x2c;
/** Room past the end of a mended document: readers may look at eight bytes at once. */
const MEND_SLACK_BYTES: i32 = 16;

/** What is done to one place of a document. */
const enum Operation {
  /** The value of a node becomes another one. */
  Replace,
  /** A key of an object becomes another one, its value stays. */
  Rename,
  /** An object gets a field that it does not have. */
  Add,
  /** A key goes, with its value. */
  Remove,
}

/**
 * What mends a finding, in one operation: as JSON Patch (RFC 6902) for a host, and as a change of the document's bytes
 * for the core itself, which judges the mended document before it offers the fix (`admit/fixes.ts`).
 *
 * No element of a list is ever removed or inserted: done twice, that would be done to two of them.
 */
// @ts-ignore: decorator
@unmanaged
export class Fix {
  constructor(
    private readonly tape: Tape,
    private readonly operation: Operation,
    /** The value, the key or the object that it is done to. */
    private readonly node: i32,
    /** Name of the field; empty where there is none. */
    private readonly name: Text,
    /** The new value as JSON; empty where there is none. */
    private readonly json: Text,
  ) {}

  /** Writes `fix`. */
  write(writer: Writer): void {
    writer.key("fix");
    writer.beginArray();
    writer.beginObject();
    writer.key("op");
    writer.constant(operationName(this.operation));
    if (this.operation == Operation.Rename) {
      writer.key("from");
      writePointer(writer, this.tape, this.tape.start(this.node), null, null);
    }
    writer.key("path");
    this.writePath(writer);
    if (this.json.length > 0) {
      writer.key("value");
      writer.raw(this.json);
    }
    writer.endObject();
    writer.endArray();
  }

  private writePath(writer: Writer): void {
    const isRename = this.operation == Operation.Rename;
    const isAdd = this.operation == Operation.Add;
    const renamed: Text | null = isRename ? this.name : null;
    const added: Text | null = isAdd ? this.name : null;
    writePointer(writer, this.tape, this.tape.start(this.node), renamed, added);
  }

  /** Size in bytes that the mended document has at most. */
  get sizeMax(): i32 {
    // A byte of a name may take six; there are quotes, a colon and a comma.
    return this.tape.length + this.name.length * 6 + this.json.length + 8;
  }

  /** The mended document, with the room past its end that readers rely on. */
  mend(): Text {
    const tape = this.tape;
    const node = this.node;
    const writer = new Writer(this.sizeMax + MEND_SLACK_BYTES);
    switch (this.operation) {
      case Operation.Replace:
        return this.splice(writer, outerStart(tape, node), outerEnd(tape, node));
      case Operation.Rename:
        return this.splice(writer, outerStart(tape, node), outerEnd(tape, node));
      case Operation.Add:
        return this.splice(writer, tape.start(node) + 1, tape.start(node) + 1);
      default:
        return this.withoutField(writer);
    }
  }

  // All bytes but those of a range, what is new in their place.
  private splice(writer: Writer, from: i32, to: i32): Text {
    const tape = this.tape;
    writer.piece(new Text(tape.text, from));
    if (this.name.length > 0) writer.text(this.name);
    if (this.operation == Operation.Add) writer.piece(":");
    writer.piece(this.json);
    if (this.operation == Operation.Add && tape.first(this.node) != NONE) writer.piece(",");
    writer.piece(new Text(tape.text + <usize>to, tape.length - to));
    return writer.written();
  }

  // The comma after it goes as well; the last field takes the one before it.
  private withoutField(writer: Writer): Text {
    const tape = this.tape;
    let from = outerStart(tape, this.node);
    let to = outerEnd(tape, tape.value(this.node));
    while (isSpace(load<u8>(tape.text + <usize>to))) to++;
    if (load<u8>(tape.text + <usize>to) == COMMA) {
      to++;
    } else {
      let before = from - 1;
      while (isSpace(load<u8>(tape.text + <usize>before))) before--;
      if (load<u8>(tape.text + <usize>before) == COMMA) from = before;
    }
    return this.splice(writer, from, to);
  }
}

/** Puts a text in place of a value. */
export function replaceText(tape: Tape, node: i32, text: Text): Fix {
  return new Fix(tape, Operation.Replace, node, "", asJson(text));
}

/** Puts a value of JSON in place of another one. */
export function replaceJson(tape: Tape, node: i32, json: Text): Fix {
  return new Fix(tape, Operation.Replace, node, "", json);
}

/** Gives a field another name. */
export function renameField(tape: Tape, key: i32, name: Text): Fix {
  return new Fix(tape, Operation.Rename, key, name, "");
}

/** Gives an object a field that it does not have. */
export function addField(tape: Tape, object: i32, name: Text, json: Text): Fix {
  return new Fix(tape, Operation.Add, object, name, json);
}

/** Takes a field away. */
export function removeField(tape: Tape, key: i32): Fix {
  return new Fix(tape, Operation.Remove, key, "", "");
}

function asJson(text: Text): Text {
  const writer = new Writer(text.length + 2);
  writer.text(text);
  return writer.written();
}

function isSpace(byte: u8): bool {
  return byte == 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

function operationName(operation: Operation): Text {
  switch (operation) {
    case Operation.Replace: return "replace";
    case Operation.Rename: return "move";
    case Operation.Add: return "add";
    default: return "remove";
  }
}
