import { Text } from "../../json/text";
import { Rule, Severity } from "../../model/rule";
import { Fix, replaceText } from "../../model/fix";
import { Report } from "../../model/report";
import { Kind } from "../../json/tape";
import { Source } from "../../model/source";

export function rule(): Rule {
  return new Rule(
    "field-wrong-type",
    "Value of the wrong type",
    Severity.Error,
    "Give the value the type that the field has.",
  );
}

/** The field's own specification: Mesos' protobuf definitions, Marathon's app schema. */
export function report(to: Report, source: Source, node: i32, field: Text, expected: Text): void {
  const message = "expected " + field + " to be " + expected + ", got " + kindText(source.tape.kind(node));
  to.add(rule(), message, source.placeOf(node), fixOf(source, node, expected));
}

// YAML turns words into booleans, so that a text is one by mistake. A number is left alone: it may be a secret, and
// what is written as 010 or 1e3 is not what was meant.
function fixOf(source: Source, node: i32, expected: Text): Fix | null {
  const kind = source.tape.kind(node);
  if ((kind != Kind.True && kind != Kind.False) || !expected.startsWith("a string")) return null;
  return replaceText(source.tape, node, kindText(kind));
}

/** A kind of value in words. */
export function kindText(kind: Kind): Text {
  switch (kind) {
    case Kind.Null: return "null";
    case Kind.True: return "true";
    case Kind.False: return "false";
    case Kind.Number: return "a number";
    case Kind.String: return "a string";
    case Kind.Array: return "an array";
    default: return "an object";
  }
}
