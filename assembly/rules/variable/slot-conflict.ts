import { Rule, Severity } from "../../model/rule";
import { Context } from "../../model/context";
import { Attribute, Slot } from "../../model/environment";
import { quote } from "../../model/quote";

export function rule(): Rule {
  return new Rule(
    "slot-conflict",
    "Two spellings, two values",
    Severity.Error,
    "Keep the variable without a digit or the one with 0, not both.",
  );
}

/** `X` and `X0` are the same attribute; the original takes whichever comes last. */
export function check(slot: Slot, attribute: Attribute, context: Context): void {
  const one = slot.attributes[attribute];
  const other = slot.alternative(attribute);
  if (one === null || other === null) return;
  const oneValue = one.value;
  const otherValue = other.value;
  if (oneValue !== null && otherValue !== null && oneValue.text.equals(otherValue.text)) return;
  const message =
    "expected " + quote(one.name.text) + " and " + quote(other.name.text) + " to agree, got different values";
  context.report.add(rule(), message, context.placeOf(other.name));
}
