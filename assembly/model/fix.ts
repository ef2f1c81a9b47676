import { Tape } from "../json/tape";
import { Text } from "../json/text";
import { Writer } from "../json/writer";
import { writePointer } from "./pointer";

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
    // Each byte of a name may take six, and there are quotes, a colon and a comma.
    return this.tape.length + this.name.length * 6 + this.json.length + 8;
  }
}

function operationName(operation: Operation): Text {
  switch (operation) {
    case Operation.Replace: return "replace";
    case Operation.Rename: return "move";
    case Operation.Add: return "add";
    default: return "remove";
  }
}
