import { TASKS_MAX } from "../../limits";
import { decimal } from "../../json/digits";
import { Report } from "../../model/report";
import { Rule, Severity } from "../../model/rule";
import { Source } from "../../model/source";

export function rule(): Rule {
  return new Rule(
    "too-many-tasks",
    "Too many tasks in one document",
    Severity.Error,
    "Split the document into smaller groups.",
  );
}

/** design.md, "Budgets": what is told of each task must find room in one answer. */
export function report(to: Report, source: Source, node: i32): void {
  to.add(rule(), "expected at most " + decimal(TASKS_MAX) + " tasks, got one more", source.placeOfOpening(node));
}
