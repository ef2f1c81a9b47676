import { Text } from "../../json/text";
import { Rule, Severity } from "../../model/rule";
import { Report } from "../../model/report";
import { quote } from "../../model/quote";
import { Source } from "../../model/source";
import { didYouMean } from "../../model/nearest";

export function rule(): Rule {
  return new Rule(
    "policy-unknown-field",
    "Policy field that does not exist",
    Severity.Error,
    "Use the known name, or remove the field.",
  );
}

/** A misspelt rule that is silently ignored is no rule. */
export function report(to: Report, source: Source, key: i32, known: Text[]): void {
  const name = source.tape.textOf(key);
  const suggestion = didYouMean(name, known);
  to.add(rule(), "expected a field of the policy, got " + quote(name) + suggestion, source.placeOf(key));
}
