import { decimal } from "../../json/digits";
import { Rule, Severity } from "../../model/rule";
import { Report } from "../../model/report";
import { VARIABLES_MAX } from "../../limits";
import { Source } from "../../model/source";

export function rule(): Rule {
  return new Rule(
    "too-many-variables",
    "Too many variables",
    Severity.Error,
    "Remove variables that the task does not need.",
  );
}

/** design.md, "Budgets". `node` is the first variable past the limit. */
export function report(to: Report, source: Source, node: i32): void {
  const message = "expected at most " + decimal(VARIABLES_MAX) + " variables, got more";
  to.add(rule(), message, source.placeOf(node));
}
