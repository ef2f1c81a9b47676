import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { Variable } from "../../model/environment";
import { quote } from "../../model/quote";

export function rule(): Rule {
  return new Rule(
    "variable-secret",
    "Value kept as a secret",
    Severity.Error,
    "Write the value in the document: a volume must be known before the task starts.",
  );
}

/** Marathon's `{"secret": …}` and Mesos' type SECRET: the value is filled in later than volumes are mounted. */
export function check(variable: Variable, context: Context): void {
  if (variable.value !== null) return;
  const message = "expected " + quote(variable.name.text) + " to have its value here, got a secret";
  context.report.add(rule(), message, context.source.placeOf(variable.node));
}
