import { Text } from "../json/text";
import { Kind, NONE } from "../json/tape";
import * as fieldWrongType from "../rules/document/field-wrong-type";
import { Fields } from "./fields";

/** Node of a field that must be an array of strings, or `NONE`. */
export function stringsOf(fields: Fields, name: Text): i32 {
  const array = fields.array(name);
  if (array == NONE) return NONE;
  const tape = fields.source.tape;
  for (let node = tape.first(array); node != NONE; node = tape.nextElement(array, node)) {
    if (tape.kind(node) == Kind.String) continue;
    fieldWrongType.report(fields.report, fields.source, node, "an element of " + name, "a string");
    return NONE;
  }
  return array;
}
