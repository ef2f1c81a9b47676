import { Text } from "../../json/text";
import { Report } from "../../model/report";
import { Rule, Severity } from "../../model/rule";
import { Source } from "../../model/source";
import { quote } from "../../model/quote";

export function rule(): Rule {
  return new Rule(
    "field-misspelt",
    "Field that nobody knows",
    Severity.Warning,
    "Write the field as Marathon names it.",
    Severity.Error,
  );
}

/** Marathon ignores fields that it does not know: what one says has no effect. */
export function report(to: Report, source: Source, key: i32, known: Text): void {
  const name = quote(source.tape.textOf(key));
  to.add(rule(), "expected a field of Marathon's, got " + name + " (did you mean '" + known + "'?)", source.placeOf(key));
}
