import { Text } from "../json/text";
import { Kind, NONE } from "../json/tape";
import { locate, Located } from "../model/located";
import { Report } from "../model/report";
import { Source } from "../model/source";
import * as fieldWrongType from "../rules/document/field-wrong-type";
import * as jsonRepeatedKey from "../rules/document/json-repeated-key";

/**
 * The known fields of one object. Fields that nobody asks for are skipped, a known field that stands twice or has the
 * wrong type is a finding, and null counts as absent, as in protobuf's JSON form and in Marathon.
 */
// @ts-ignore: decorator
@unmanaged
export class Fields {
  constructor(
    readonly source: Source,
    readonly object: i32,
    readonly report: Report,
  ) {}

  /** Value of a field, or `NONE`. */
  find(name: Text): i32 {
    const tape = this.source.tape;
    let found = NONE;
    for (let key = tape.first(this.object); key != NONE; key = tape.nextKey(this.object, key)) {
      if (!tape.keyIs(key, name)) continue;
      if (found != NONE) jsonRepeatedKey.report(this.report, this.source, key);
      found = tape.value(key);
    }
    return tape.is(found, Kind.Null) ? NONE : found;
  }

  /** Node of a field that must be a string, or `NONE`. */
  string(name: Text): i32 {
    return this.ofKind(name, Kind.String, "a string");
  }

  /** Text of a field that must be a string, or null. */
  text(name: Text): Located | null {
    const node = this.string(name);
    return node == NONE ? null : locate(this.source.tape, node);
  }

  /** Node of a field that must be an object, or `NONE`. */
  objectNode(name: Text): i32 {
    return this.ofKind(name, Kind.Object, "an object");
  }

  /** Fields of a field that must be an object, or null. */
  fields(name: Text): Fields | null {
    const node = this.objectNode(name);
    return node == NONE ? null : new Fields(this.source, node, this.report);
  }

  /** Node of a field that must be an array, or `NONE`. */
  array(name: Text): i32 {
    return this.ofKind(name, Kind.Array, "an array");
  }

  /** Value of a field that must be true or false. */
  boolean(name: Text, absent: bool): bool {
    const node = this.find(name);
    if (node == NONE) return absent;
    const kind = this.source.tape.kind(node);
    if (kind == Kind.True || kind == Kind.False) return kind == Kind.True;
    fieldWrongType.report(this.report, this.source, node, name, "true or false");
    return absent;
  }

  private ofKind(name: Text, kind: Kind, expected: Text): i32 {
    const node = this.find(name);
    if (node == NONE || this.source.tape.kind(node) == kind) return node;
    fieldWrongType.report(this.report, this.source, node, name, expected);
    return NONE;
  }
}

/** Fields of an element that must be an object, or null. */
export function elementFields(source: Source, node: i32, what: Text, report: Report): Fields | null {
  if (source.tape.kind(node) == Kind.Object) return new Fields(source, node, report);
  fieldWrongType.report(report, source, node, what, "an object");
  return null;
}
