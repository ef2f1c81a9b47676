import { decimal } from "../../json/digits";
import { Rule, Severity } from "../../model/rule";
import { Report } from "../../model/report";
import { nowhere, Source } from "../../model/source";

export function rule(): Rule {
  return new Rule(
    "document-too-large",
    "Document too large",
    Severity.Error,
    "Make the document smaller, or split it.",
  );
}

/** design.md, "Budgets". Sizes in bytes. */
export function report(to: Report, source: Source, size: i32, sizeMax: i32): void {
  const message = "expected at most " + decimal(sizeMax) + " bytes, got " + decimal(size);
  to.add(rule(), message, nowhere(source));
}
