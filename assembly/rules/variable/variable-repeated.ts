import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { Variable } from "../../model/environment";
import { quote } from "../../model/quote";

export function rule(): Rule {
  return new Rule(
    "variable-repeated",
    "Variable given twice",
    Severity.Error,
    "Keep one of them.",
  );
}

/** A Mesos `Environment` is a list, so a name can stand in it twice; the original takes the last one silently. */
export function check(first: Variable, again: Variable, context: Context): void {
  const before = first.value;
  const now = again.value;
  if (before !== null && now !== null && before.text.equals(now.text)) return;
  const message = "expected " + quote(again.name.text) + " once, got it again with another value";
  context.report.add(rule(), message, context.placeOf(again.name));
}
