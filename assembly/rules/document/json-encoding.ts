import { hexadecimal } from "../../json/digits";
import { Rule, Severity } from "../../model/rule";
import { Report } from "../../model/report";
import { Place, Source } from "../../model/source";

export function rule(): Rule {
  return new Rule(
    "json-encoding",
    "Not UTF-8",
    Severity.Error,
    "Save the document as UTF-8.",
  );
}

/** RFC 8259 section 8.1 and RFC 3629. */
export function report(to: Report, source: Source): void {
  const tape = source.tape;
  const byte = load<u8>(tape.text + <usize>tape.errorOffset);
  const message = "expected UTF-8, got byte 0x" + hexadecimal(byte) + ", which begins no valid sequence here";
  to.add(rule(), message, new Place(source, tape.errorOffset, 1));
}
