import { decimal } from "../../json/digits";
import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { OPTIONS_MAX } from "../../limits";
import { VolumeRequest } from "../../model/request";

export function rule(): Rule {
  return new Rule(
    "too-many-options",
    "Too many options",
    Severity.Error,
    "Give fewer options.",
  );
}

/** design.md, "Budgets". Reading stops one past the limit. */
export function check(request: VolumeRequest, context: Context): void {
  if (request.options.length <= OPTIONS_MAX) return;
  const message = "expected at most " + decimal(OPTIONS_MAX) + " options, got more";
  context.report.add(rule(), message, context.placeOf(request.options[OPTIONS_MAX].key));
}
