import { Rule, Severity } from "../../model/rule";
import { Report } from "../../model/report";
import { Source } from "../../model/source";
import { quote } from "../../model/quote";

export function rule(): Rule {
  return new Rule(
    "json-repeated-key",
    "Key given twice",
    Severity.Error,
    "Remove one of them: readers disagree on which one counts.",
  );
}

/** RFC 8259 section 4 leaves the meaning open, so that two programs can see two documents. */
export function report(to: Report, source: Source, key: i32): void {
  const message = "expected each key once in an object, got " + quote(source.tape.textOf(key)) + " again";
  to.add(rule(), message, source.placeOf(key));
}
