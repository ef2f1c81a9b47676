import { decimal } from "../../json/digits";
import { Rule, Severity } from "../../model/rule";
import { Report } from "../../model/report";
import { Place, Source } from "../../model/source";
import { DOCUMENT_DEPTH_MAX } from "../../limits";

export function rule(): Rule {
  return new Rule(
    "json-depth",
    "Nested too deep",
    Severity.Error,
    "Flatten the document.",
  );
}

/** design.md, "Budgets". */
export function report(to: Report, source: Source): void {
  const message = "expected at most " + decimal(DOCUMENT_DEPTH_MAX) + " levels of arrays and objects, got more";
  to.add(rule(), message, new Place(source, source.tape.errorOffset, 1));
}
