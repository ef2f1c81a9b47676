/**
 * A door to the JSON reader and writer for tests. It is never part of the product: build/dvdi.wasm does not contain it.
 */
import "../../assembly/abi/panic";
import { allocateRequest } from "../../assembly/abi/arena";
import { JsonError } from "../../assembly/json/json-error";
import { readJson } from "../../assembly/json/reader";
import { Kind, NONE, Tape } from "../../assembly/json/tape";
import { Writer } from "../../assembly/json/writer";
import { Position } from "../../assembly/model/position";
import { Origin, Place, Source } from "../../assembly/model/source";

/** Frees what came before and gives a buffer for the next text; 0 when it is too large. */
export function allocate(size: i32): usize {
  return allocateRequest(size);
}

/**
 * Reads a text and writes what was understood.
 *
 * `{"value": …}` with strings as `{"string": [resolved, as written]}`, numbers as `{"number": "as written"}`, arrays as
 * `{"array": […]}` and objects as `{"object": [key, value, key, value, …]}`, so that nothing is lost on the way; or
 * `{"error": code, "expected": words, "pointer": null, "offset": bytes, "line": n, "column": n}`.
 */
export function echo(text: usize, length: i32): i64 {
  const tape = readJson(text, length);
  const writer = new Writer(64);
  writer.beginObject();
  if (tape.error == JsonError.None) {
    writer.key("value");
    writeValue(writer, tape, 0);
  } else {
    writer.key("error");
    writer.integer(tape.error);
    writer.key("expected");
    writer.text(tape.expected);
    new Position().write(writer, new Place(new Source(Origin.Document, tape), tape.errorOffset, 0));
  }
  writer.endObject();
  return writer.result();
}

function writeValue(writer: Writer, tape: Tape, node: i32): void {
  switch (tape.kind(node)) {
    case Kind.Null:
      writer.null();
      break;
    case Kind.True:
      writer.boolean(true);
      break;
    case Kind.False:
      writer.boolean(false);
      break;
    case Kind.Number:
      writer.beginObject();
      writer.key("number");
      writer.text(tape.textOf(node));
      writer.endObject();
      break;
    case Kind.String:
      writeString(writer, tape, node);
      break;
    case Kind.Array:
      writer.beginObject();
      writer.key("array");
      writer.beginArray();
      for (let element = tape.first(node); element != NONE; element = tape.nextElement(node, element)) {
        writeValue(writer, tape, element);
      }
      writer.endArray();
      writer.endObject();
      break;
    default:
      writer.beginObject();
      writer.key("object");
      writer.beginArray();
      for (let key = tape.first(node); key != NONE; key = tape.nextKey(node, key)) {
        writeString(writer, tape, key);
        writeValue(writer, tape, tape.value(key));
      }
      writer.endArray();
      writer.endObject();
  }
}

function writeString(writer: Writer, tape: Tape, node: i32): void {
  writer.beginObject();
  writer.key("string");
  writer.beginArray();
  writer.text(tape.textOf(node));
  writer.token(tape, node);
  writer.endArray();
  writer.endObject();
}

/**
 * Where every key and value of a good text begins, in the order of the text: a list of
 * `{"pointer", "offset", "line", "column"}`. A string begins at its opening quote.
 */
export function places(text: usize, length: i32): i64 {
  const tape = readJson(text, length);
  const source = new Source(Origin.Document, tape);
  const writer = new Writer(64);
  const position = new Position();
  writer.beginArray();
  for (let node = 0; node < tape.count; node++) {
    const offset = tape.kind(node) == Kind.String ? tape.start(node) - 1 : tape.start(node);
    writer.beginObject();
    position.write(writer, new Place(source, offset, 0));
    writer.endObject();
  }
  writer.endArray();
  return writer.result();
}
