import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { Document } from "../../model/document";
import { Overlap } from "../../model/overlap";
import { quote } from "../../model/quote";
import { severityOf, takenAway, writerOf } from "./single-writer";

export function rule(): Rule {
  return new Rule(
    "single-writer-upgrade",
    "Upgrade that overlaps on a single-writer volume",
    Severity.Warning,
    "Set upgradeStrategy to {\"minimumHealthCapacity\": 0, \"maximumOverCapacity\": 0}: the old task ends first.",
    Severity.Error,
  );
}

/**
 * Marathon starts the new task before it ends the old one, unless it has no capacity to do so and need not keep any. It
 * refuses that of external volumes; of those of variables it knows nothing.
 */
export function check(task: Document, context: Context): void {
  const overlap = task.overlap;
  if (overlap === null) return;
  const request = writerOf(task, context.policy);
  if (request === null) return;
  // Without an upgradeStrategy Marathon takes 0 for an app with external volumes.
  if (task.hasExternal && !overlap.isRefused) return;
  const message =
    "expected an upgrade of volume " + quote(request.volumeName) + " with " + overlap.field + " 0, got " + overlap.got +
    ": the new task starts before the old one ends" + takenAway(context);
  const severity = severityOf(request, request.external !== null, context);
  context.report.addAs(rule(), severity, message, overlap.place, overlap.fix);
}
