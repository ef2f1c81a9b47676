import { hexadecimal } from "../../json/digits";
import { Text } from "../../json/text";
import { Rule, Severity } from "../../model/rule";
import { Report } from "../../model/report";
import { JsonError } from "../../json/json-error";
import { Place, Source } from "../../model/source";

export function rule(): Rule {
  return new Rule(
    "json-syntax",
    "Not JSON",
    Severity.Error,
    "Mend the text at this place; RFC 8259 knows no comments, no trailing commas and no single quotes.",
  );
}

/** RFC 8259. The tape has stopped with `Syntax` or `End`. */
export function report(to: Report, source: Source): void {
  const tape = source.tape;
  const expected = tape.expected;
  const message = tape.error == JsonError.End
    ? "the text ends where " + expected + " was expected"
    : "expected " + expected + ", got " + found(tape.text + <usize>tape.errorOffset);
  const isEnd = tape.error == JsonError.End;
  to.add(rule(), message, new Place(source, tape.errorOffset, isEnd ? 0 : 1));
}

function found(at: usize): Text {
  const byte = load<u8>(at);
  if (byte > 0x20 && byte < 0x7f) return "'" + Text.ofByte(byte) + "'";
  return "byte 0x" + hexadecimal(byte);
}
