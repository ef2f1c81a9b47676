import { Text } from "../../json/text";
import { renameField } from "../../model/fix";
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
  const message = "expected a field of Marathon's, got " + name + " (did you mean '" + known + "'?)";
  to.add(rule(), message, source.placeOf(key), renameField(source.tape, key, known));
}
