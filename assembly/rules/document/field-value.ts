import { Text } from "../../json/text";
import { Rule, Severity } from "../../model/rule";
import { Report } from "../../model/report";
import { replaceText } from "../../model/fix";
import { Source } from "../../model/source";
import { quote } from "../../model/quote";

export function rule(): Rule {
  return new Rule(
    "field-value",
    "Value that the field does not have",
    Severity.Error,
    "Use one of the values named in the message.",
  );
}

/** The field's own specification, for fields with a fixed set of values (`mode` is `RW` or `RO`). */
export function report(to: Report, source: Source, node: i32, field: Text, expected: Text): void {
  const message = "expected " + field + " to be " + expected + ", got " + quote(source.tape.textOf(node));
  const meant = field.equals("mode") ? modeMeant(source.tape.textOf(node).trim()) : "";
  const fix = meant.length > 0 ? replaceText(source.tape, node, meant) : null;
  to.add(rule(), message, source.placeOf(node), fix);
}

function modeMeant(text: Text): Text {
  return text.equalsWithoutCase("RO") ? "RO" : text.equalsWithoutCase("RW") ? "RW" : "";
}
