import { decimal } from "../../json/digits";
import { Rule, Severity } from "../../model/rule";
import { Report } from "../../model/report";
import { Place, Source } from "../../model/source";
import { NODES_MAX } from "../../limits";

export function rule(): Rule {
  return new Rule(
    "json-too-many-values",
    "Too many values",
    Severity.Error,
    "Hand over fewer rows at once.",
  );
}

/** What the index of a text can hold; only a request with ledger rows can reach it. */
export function report(to: Report, source: Source): void {
  const message = "expected at most " + decimal(NODES_MAX) + " JSON values, got more";
  to.add(rule(), message, new Place(source, source.tape.errorOffset, 1));
}
