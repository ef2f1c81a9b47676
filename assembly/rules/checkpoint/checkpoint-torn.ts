import { decimal } from "../../json/digits";
import { Report } from "../../model/report";
import { Rule, Severity } from "../../model/rule";
import { nowhere, Source } from "../../model/source";

export function rule(): Rule {
  return new Rule(
    "checkpoint-torn",
    "Old checkpoint that ends in the middle",
    Severity.Warning,
    "Compare the rows with the mount table: mounts of the rows that are lost are unmounted by hand.",
    Severity.Warning,
    Severity.Error,
  );
}

/** The original wrote the file in place; what stands before the tear is as good as ever. */
export function report(to: Report, source: Source, rows: i32, offset: i32): void {
  const message = "expected a whole list, got " + decimal(rows) + " rows and a tear at byte " + decimal(offset);
  to.add(rule(), message, nowhere(source));
}
