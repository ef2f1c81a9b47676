import { Text } from "../../json/text";
import { Report } from "../../model/report";
import { Rule, Severity } from "../../model/rule";
import { Source } from "../../model/source";
import { quote } from "../../model/quote";

export function rule(): Rule {
  return new Rule(
    "field-misplaced",
    "Field where nobody reads it",
    Severity.Error,
    "Move it to the place that the message names.",
  );
}

/** Marathon ignores fields that it does not know: the task would start without its volume. */
export function report(to: Report, source: Source, key: i32, place: Text): void {
  const message = "expected " + quote(source.tape.textOf(key)) + " in " + place + ": here it has no effect";
  to.add(rule(), message, source.placeOf(key));
}
