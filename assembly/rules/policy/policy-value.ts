import { Text } from "../../json/text";
import { Rule, Severity } from "../../model/rule";
import { Report } from "../../model/report";
import { Source } from "../../model/source";

export function rule(): Rule {
  return new Rule(
    "policy-value",
    "Policy value that is not valid",
    Severity.Error,
    "Give the field a value of the kind named in the message.",
  );
}

/** The field's own definition (`dvdi policy explain`, docs/policy.md). */
export function report(to: Report, source: Source, node: i32, field: Text, expected: Text): void {
  to.add(rule(), "expected " + field + " to be " + expected, source.placeOf(node));
}
