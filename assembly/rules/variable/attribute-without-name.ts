import { decimal } from "../../json/digits";
import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { removeField } from "../../model/fix";
import { Attribute, PREFIX, Variable, Slot } from "../../model/environment";
import { quote } from "../../model/quote";

export function rule(): Rule {
  return new Rule(
    "attribute-without-name",
    "Attribute without a volume",
    Severity.Warning,
    "Give the volume a name, or remove the variable.",
    Severity.Error,
  );
}

/** The original ignores it. */
export function check(slot: Slot, variable: Variable, context: Context): void {
  if (slot.get(Attribute.Name) !== null) return;
  const digit = slot.digit == 0 ? "" : decimal(slot.digit);
  const message =
    "expected " + PREFIX + "NAME" + digit + " beside " + quote(variable.name.text) + ", got none: it has no effect";
  const value = variable.value;
  // An empty value counts as absent.
  const isNothing = value !== null && value.text.length == 0 && variable.isField;
  const fix = isNothing ? removeField(context.source.tape, variable.name.node) : null;
  context.report.add(rule(), message, context.placeOf(variable.name), fix);
}
