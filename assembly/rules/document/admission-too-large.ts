import { TASKS_SIZE_MAX_BYTES } from "../../limits";
import { decimal } from "../../json/digits";
import { Report } from "../../model/report";
import { Rule, Severity } from "../../model/rule";
import { nowhere, Source } from "../../model/source";

export function rule(): Rule {
  return new Rule(
    "admission-too-large",
    "More tasks and volumes than an answer holds",
    Severity.Error,
    "Split the document, or use shorter ids, names and paths.",
  );
}

/** A short document can name a long volume for many tasks: a pod's environment is that of each of its containers. */
export function report(to: Report, source: Source): void {
  const message = "expected tasks and volumes that take at most " + decimal(TASKS_SIZE_MAX_BYTES) + " bytes, got more";
  to.add(rule(), message, nowhere(source));
}
