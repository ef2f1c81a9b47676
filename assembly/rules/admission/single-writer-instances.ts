import { decimal } from "../../json/digits";
import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { Document } from "../../model/document";
import { quote } from "../../model/quote";
import { severityOf, takenAway, writerOf } from "./single-writer";

export function rule(): Rule {
  return new Rule(
    "single-writer-instances",
    "Several instances of a single-writer volume",
    Severity.Error,
    "Set instances to 1, or let the policy say \"sharing\": \"allow\" for this driver.",
  );
}

/** Each instance asks for the same volume; two machines would write to it at once. Marathon takes one at most. */
export function check(task: Document, context: Context): void {
  if (task.instances <= 1) return;
  const request = writerOf(task, context.policy);
  if (request === null) return;
  const message =
    "expected one instance with volume " + quote(request.volumeName) + ", got " + decimal(task.instances) +
    takenAway(context);
  const severity = severityOf(request, request.hasPath, context);
  context.report.addAs(rule(), severity, message, context.source.placeOf(task.instancesNode));
}
