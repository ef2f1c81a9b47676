import { Text } from "../../json/text";
import { Report } from "../../model/report";
import { Rule, Severity } from "../../model/rule";
import { nowhere, Source } from "../../model/source";

export function rule(): Rule {
  return new Rule(
    "checkpoint-invalid",
    "Old checkpoint that cannot be read",
    Severity.Error,
    "Look at the file and at the mount table, and unmount by hand what is left of the original.",
  );
}

/** Nothing of the file can be trusted, or there is more of it than can be taken. */
export function report(to: Report, source: Source, message: Text): void {
  to.add(rule(), message, nowhere(source));
}
